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
	c.lock.RUnlock() // the cure: first
	if address != 0 {
		return address
	}
	c.lock.Lock()
	defer c.lock.Unlock()
	if c.addresses[name] == 0 {
		c.addresses[name] = resolve(name)
	}
	return c.addresses[name]
}

// ReadLockUpgraded gives the read lock back first, and looks up again under the write lock.
func ReadLockUpgraded(ctx context.Context) {
	c := &cache{addresses: map[int]int{0: 1000}}

	for name := 0; name < 8; name++ {
		c.addressOf(name)
	}
}
