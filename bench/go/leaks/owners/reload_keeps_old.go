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
	s.version = version
	stop := make(chan struct{})
	go func() {
		<-stop // parks here, for ever
	}()
	s.stopWatching = stop
}

// ReloadKeepsOld leaks the watcher of the configuration before: each load remembers how to stop its
// own.
func ReloadKeepsOld(ctx context.Context) {
	s := &server{}

	s.load(1)
	s.load(2)
	s.stop()
}
