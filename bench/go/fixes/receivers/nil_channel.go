package receivers

import "context"

type source struct {
	notifies      bool
	notifications chan int
}

func newSource(notifies bool) *source {
	s := &source{notifies: notifies}
	s.notifications = make(chan int) // the cure
	if !notifies {
		close(s.notifications)
	}
	return s
}

// NilChannel makes the channel, and closes it where there are no notifications.
func NilChannel(ctx context.Context) {
	s := newSource(false)

	go func() {
		heard := 0
		for range s.notifications {
			heard++
		}
	}()
}
