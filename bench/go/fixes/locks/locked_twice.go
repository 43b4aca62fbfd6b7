package locks

import (
	"context"
	"sync"
)

type machine struct {
	lock  sync.Mutex
	taken [4]bool
}

func (m *machine) freeSlotLocked() int {
	for i, taken := range m.taken {
		if !taken {
			return i
		}
	}
	return -1
}

// freeSlot is for who does not have the lock.
func (m *machine) freeSlot() int {
	m.lock.Lock()
	defer m.lock.Unlock()
	return m.freeSlotLocked()
}

func (m *machine) addDisk() {
	m.lock.Lock()
	defer m.lock.Unlock()
	if slot := m.freeSlotLocked(); slot >= 0 { // the cure
		m.taken[slot] = true
	}
}

// LockedTwice calls what is for those that have the lock.
func LockedTwice(ctx context.Context) {
	m := &machine{taken: [4]bool{true}}

	if m.freeSlot() >= 0 {
		m.addDisk()
	}
}
