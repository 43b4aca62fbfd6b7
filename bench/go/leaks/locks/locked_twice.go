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
	m.lock.Lock() // parks here, for ever
	defer m.lock.Unlock()
	return m.freeSlotLocked()
}

func (m *machine) addDisk() {
	m.lock.Lock()
	defer m.lock.Unlock()
	if slot := m.freeSlot(); slot >= 0 {
		m.taken[slot] = true
	}
}

// LockedTwice leaks the handler: what it calls under the lock takes the lock again.
func LockedTwice(ctx context.Context) {
	m := &machine{taken: [4]bool{true}}

	if m.freeSlot() >= 0 {
		m.addDisk()
	}
}
