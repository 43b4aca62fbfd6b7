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
	g.slots <- struct{}{}
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

// NestedLimit has the task do the work itself where there is no slot.
func NestedLimit(ctx context.Context) {
	group := &limitedGroup{slots: make(chan struct{}, 1)}
	depth := 0
	var walk func()
	walk = func() {
		if depth++; depth == 3 {
			return
		}
		if !group.TryGo(walk) {
			walk() // the cure: itself
		}
	}

	group.Go(walk)
	group.tasks.Wait()
}
