package owners

import "context"

type server struct {
	stopWatching chan struct{}
	version      int
}

func (s *server) stop() {
	if s.stopWatching != nil {
		close(s.stopWatching)
		s.stopWatching = nil
	}
}

func (s *server) load(version int) {
	s.stop() // the cure
	s.version = version
	stop := make(chan struct{})
	go func() {
		<-stop
	}()
	s.stopWatching = stop
}

// ReloadKeepsOld ends first what the load before has begun.
func ReloadKeepsOld(ctx context.Context) {
	s := &server{}

	s.load(1)
	s.load(2)
	s.stop()
}
