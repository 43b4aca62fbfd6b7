package spins

import (
	"context"
	"sync"
)

type index struct {
	mutex   sync.Mutex
	entries int
}

func (x *index) lock() {
	x.mutex.Lock()
}

func (x *index) unlock() {
	x.mutex.Unlock()
}

func (x *index) addEntry(most int) bool {
	x.lock()
	defer x.unlock() // the cure
	if x.entries >= most {
		return false
	}
	x.entries++
	return true
}

// BusyLoop has a lock, given back on every way out.
func BusyLoop(ctx context.Context) {
	x := &index{}

	x.addEntry(0)
	go func() {
		x.lock()
		x.entries++
		x.unlock()
	}()
}
