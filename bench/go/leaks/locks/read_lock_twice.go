package locks

import (
	"context"
	"runtime"
	"sync"
)

const pods = 3

type state struct {
	lock       sync.RWMutex
	processors [pods]int
}

func (s *state) processorsOf(pod int) int {
	s.lock.RLock() // parks here, for ever
	defer s.lock.RUnlock()
	return s.processors[pod] // read under the caller's lock
}

func (s *state) addUp(reads chan<- struct{}) (sum int) {
	s.lock.RLock()
	defer s.lock.RUnlock()
	close(reads)
	for s.lock.TryRLock() { // until the writer waits
		s.lock.RUnlock()
		runtime.Gosched()
	}
	for pod := 0; pod < pods; pod++ {
		sum += s.processorsOf(pod)
	}
	return sum
}

func (s *state) assign() {
	s.lock.Lock() // and here
	s.processors[0] = 2
	s.lock.Unlock()
}

// ReadLockTwice leaks a reader that locks again, and the writer that has come in between.
func ReadLockTwice(ctx context.Context) {
	s := &state{}
	reads := make(chan struct{})

	go s.addUp(reads)
	<-reads
	go s.assign()
}
