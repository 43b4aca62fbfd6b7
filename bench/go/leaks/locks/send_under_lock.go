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
	b.changes <- address // parks here, for ever
	b.lock.Unlock()
}

func (b *balancer) watch() {
	b.lock.Lock() // and here
	b.watchers++
	b.lock.Unlock()
	<-b.changes
}

// SendUnderLock leaks a sender that has the lock, and its receiver that wants it first.
func SendUnderLock(ctx context.Context) {
	b := &balancer{changes: make(chan int)}
	locked := make(chan struct{})

	go b.changeAddress(locked)
	<-locked
	go b.watch()
}
