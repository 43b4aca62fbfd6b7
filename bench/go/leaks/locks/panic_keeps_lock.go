package locks

import (
	"context"
	"sync"
)

type session struct {
	lock       sync.Mutex
	hits, page int
}

func (s *session) render() {
	if s.page == 0 {
		panic("page out of range")
	}
}

func (s *session) handle() {
	s.lock.Lock()
	s.hits++
	s.render()
	s.lock.Unlock()
}

func (s *session) handleRecovered() {
	defer func() {
		if recover() != nil {
			s.page = 1 // the start page, next time
		}
	}()
	s.handle()
}

func (s *session) save() {
	s.lock.Lock() // parks here, for ever
	s.hits = 0
	s.lock.Unlock()
}

// PanicKeepsLock leaks who saves the session: its handler panicked, that was recovered, and the lock
// is kept.
func PanicKeepsLock(ctx context.Context) {
	s := &session{}

	s.handleRecovered()
	go s.save()
}
