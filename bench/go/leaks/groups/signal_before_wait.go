package groups

import (
	"context"
	"sync"
)

type plugin struct {
	lock      sync.Mutex
	activated *sync.Cond
	active    bool
	uses      int
}

func (p *plugin) activate() {
	p.lock.Lock()
	defer p.lock.Unlock()
	p.active = true
	p.activated.Broadcast()
}

func (p *plugin) use() {
	p.lock.Lock()
	defer p.lock.Unlock()
	p.activated.Wait() // parks here, for ever
	p.uses++
}

// SignalBeforeWait leaks who waits for a signal that has been.
func SignalBeforeWait(ctx context.Context) {
	p := &plugin{}
	p.activated = sync.NewCond(&p.lock)

	p.activate()
	go p.use()
}
