package locks

import (
	"context"
	"sync"
)

type monitor struct {
	lock             sync.Mutex
	done             chan struct{}
	tasks            sync.WaitGroup
	running, healthy bool
}

func (m *monitor) watchHealth() {
	defer m.tasks.Done()
	<-m.done
	m.lock.Lock()
	m.healthy = false
	m.lock.Unlock()
}

func (m *monitor) stop() {
	m.lock.Lock()
	m.running = false
	close(m.done)
	m.lock.Unlock()
	m.tasks.Wait() // the cure: after it
}

// StopUnderLock waits without the lock.
func StopUnderLock(ctx context.Context) {
	m := &monitor{done: make(chan struct{}), running: true}

	m.tasks.Add(1)
	go m.watchHealth()
	m.stop()
}
