package receivers

import "context"

type source struct {
	notifies      bool
	notifications chan int
}

func newSource(notifies bool) *source {
	s := &source{notifies: notifies}
	if notifies {
		s.notifications = make(chan int)
	}
	return s
}

// NilChannel leaks a listener on a channel that was never made.
func NilChannel(ctx context.Context) {
	s := newSource(false)

	go func() {
		heard := 0
		for range s.notifications { // parks here, for ever
			heard++
		}
	}()
}
