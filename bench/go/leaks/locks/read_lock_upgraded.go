package locks

import (
	"context"
	"sync"
)

type cache struct {
	lock      sync.RWMutex
	addresses map[int]int
}

func resolve(name int) int { return 1000 + name }

func (c *cache) addressOf(name int) int {
	c.lock.RLock()
	address := c.addresses[name]
	if address == 0 {
		c.lock.Lock() // parks here, for ever
		address = resolve(name)
		c.addresses[name] = address
		c.lock.Unlock()
	}
	c.lock.RUnlock()
	return address
}

// ReadLockUpgraded leaks the handler: it wants the write lock, and waits for its own read lock.
func ReadLockUpgraded(ctx context.Context) {
	c := &cache{addresses: map[int]int{0: 1000}}

	for name := 0; name < 8; name++ {
		c.addressOf(name)
	}
}
