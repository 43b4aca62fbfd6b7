package receivers

import (
	"context"
	"sync"
	"time"
)

type stream struct {
	lock    sync.Mutex
	changed *sync.Cond
	items   int
	ended   bool
}

func (s *stream) addItem() {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.items++
	s.changed.Signal()
}

func (s *stream) end() {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.ended = true
}

func (s *stream) readItems(waits chan<- struct{}) {
	s.lock.Lock()
	defer s.lock.Unlock()
	close(waits) // nobody has the lock before it waits
	for !s.ended {
		if s.items > 0 {
			s.items--
		} else {
			s.changed.Wait() // parks here, for ever
		}
	}
}

// EndUntold leaks a reader on a condition: the end of the stream sets a flag, and signals nobody.
func EndUntold(ctx context.Context) {
	s := &stream{}
	s.changed = sync.NewCond(&s.lock)
	waits := make(chan struct{})
	go s.readItems(waits)

	<-waits
	s.addItem()
	<-time.After(time.Millisecond)
	s.end()
}
