package strategies

import "context"

type update struct {
	version int
}

func pollUpdates(updates <-chan update, done <-chan struct{}) {
	for {
		select {
		case _, open := <-updates:
			if !open {
				return
			}
		case <-done: // the cure: it hears "done" too
			return
		}
	}
}

// DoneChannel tells its poller to stop, by the close of a channel that is never sent to.
func DoneChannel(ctx context.Context) {
	updates := make(chan update)
	done := make(chan struct{})
	defer close(done) // and its owner says it

	go pollUpdates(updates, done)

	updates <- update{version: 1}
}
