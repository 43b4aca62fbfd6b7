package groups

import (
	"context"
	"sync"
)

type limitedGroup struct {
	slots chan struct{}
	tasks sync.WaitGroup
}

func (g *limitedGroup) goWith(f func()) {
	g.tasks.Add(1)
	go func() {
		defer g.tasks.Done()
		defer func() { <-g.slots }()
		f()
	}()
}

func (g *limitedGroup) Go(f func()) {
	g.slots <- struct{}{} // parks here, for ever
	g.goWith(f)
}

func (g *limitedGroup) TryGo(f func()) bool {
	select {
	case g.slots <- struct{}{}:
		g.goWith(f)
		return true
	default:
		return false
	}
}

// NestedLimit leaks a task of the group that waits for a slot of it, and who waits for the group.
func NestedLimit(ctx context.Context) {
	group := &limitedGroup{slots: make(chan struct{}, 1)}
	depth := 0
	var walk func()
	walk = func() {
		if depth++; depth == 3 {
			return
		}
		group.Go(walk)
	}

	group.Go(walk)
	group.tasks.Wait() // and here
}
