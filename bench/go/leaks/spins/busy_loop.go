package spins

import (
	"context"
	"runtime"
	"sync/atomic"
)

type index struct {
	locked  atomic.Bool
	entries int
}

func (x *index) lock() {
	for !x.locked.CompareAndSwap(false, true) {
		runtime.Gosched() // runs here, for ever
	}
}

func (x *index) unlock() {
	x.locked.Store(false)
}

func (x *index) addEntry(most int) bool {
	x.lock()
	if x.entries >= most {
		return false
	}
	x.entries++
	x.unlock()
	return true
}

// BusyLoop leaks a goroutine that yields until a flag is free, whose owner has ended.
func BusyLoop(ctx context.Context) {
	x := &index{}

	x.addEntry(0)
	go func() {
		x.lock()
		x.entries++
		x.unlock()
	}()
}
