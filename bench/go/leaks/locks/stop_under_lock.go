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
	m.lock.Lock() // parks here, for ever
	m.healthy = false
	m.lock.Unlock()
}

func (m *monitor) stop() {
	m.lock.Lock()
	m.running = false
	close(m.done)
	m.tasks.Wait() // and here
	m.lock.Unlock()
}

// StopUnderLock leaks who stops, under the lock, and the task that it waits for, which wants the lock.
func StopUnderLock(ctx context.Context) {
	m := &monitor{done: make(chan struct{}), running: true}

	m.tasks.Add(1)
	go m.watchHealth()
	m.stop()
}
