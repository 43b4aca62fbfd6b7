package locks

import (
	"context"
	"sync"
)

type balancer struct {
	lock              sync.Mutex
	changes           chan int
	address, watchers int
}

func (b *balancer) changeAddress(locked chan<- struct{}) {
	b.lock.Lock()
	close(locked)
	b.address++
	address := b.address
	b.lock.Unlock()
	b.changes <- address // the cure: after it
}

func (b *balancer) watch() {
	b.lock.Lock()
	b.watchers++
	b.lock.Unlock()
	<-b.changes
}

// SendUnderLock sends after the unlock.
func SendUnderLock(ctx context.Context) {
	b := &balancer{changes: make(chan int)}
	locked := make(chan struct{})

	go b.changeAddress(locked)
	<-locked
	go b.watch()
}
