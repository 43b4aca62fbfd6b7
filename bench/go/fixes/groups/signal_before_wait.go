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
	for !p.active { // the cure
		p.activated.Wait()
	}
	p.uses++
}

// SignalBeforeWait looks before it waits, in a loop.
func SignalBeforeWait(ctx context.Context) {
	p := &plugin{}
	p.activated = sync.NewCond(&p.lock)

	p.activate()
	go p.use()
}
