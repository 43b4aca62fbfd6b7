package groups

import (
	"context"
	"sync"
)

type snapshot struct {
	lock    sync.Mutex
	made    *sync.Cond
	isThere bool
	reads   int
}

func (s *snapshot) read(waits *sync.WaitGroup) {
	s.lock.Lock()
	defer s.lock.Unlock()
	waits.Done() // nobody has the lock before it waits
	for !s.isThere {
		s.made.Wait() // two park here, for ever
	}
	s.reads++
}

func (s *snapshot) make() {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.isThere = true
	s.made.Signal()
}

// OneSignalForMany leaks two of three who wait for what is true for all of them.
func OneSignalForMany(ctx context.Context) {
	s := &snapshot{}
	s.made = sync.NewCond(&s.lock)
	var waits sync.WaitGroup

	waits.Add(3)
	for i := 0; i < 3; i++ {
		go s.read(&waits)
	}
	waits.Wait()
	s.make()
}
