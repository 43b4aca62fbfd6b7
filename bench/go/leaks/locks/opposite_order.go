package locks

import (
	"context"
	"sync"
	"time"
)

type bank struct {
	locks [2]sync.Mutex
	cents [2]int
}

func (b *bank) move(from, to int, writeJournal func()) {
	first, second := from, to
	b.locks[first].Lock()
	writeJournal()
	b.locks[second].Lock() // both park here, for ever
	b.cents[from]--
	b.cents[to]++
	b.locks[second].Unlock()
	b.locks[first].Unlock()
}

// OppositeOrder leaks two transfers, there and back: each has the lock that the other one wants.
func OppositeOrder(ctx context.Context) {
	b := &bank{}
	here, there := make(chan struct{}), make(chan struct{})
	meet := func(mine, other chan struct{}) {
		close(mine)
		select { // the two meet in the journal, if they can
		case <-other:
		case <-time.After(100 * time.Millisecond):
		}
	}

	go b.move(0, 1, func() { meet(here, there) })
	go b.move(1, 0, func() { meet(there, here) })
}
