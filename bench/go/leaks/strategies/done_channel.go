package strategies

import "context"

type update struct {
	version int
}

func pollUpdates(updates <-chan update) {
	for range updates { // parks here, for ever
	}
}

// DoneChannel leaks its poller: the feed has no more to say, and the poller has no other ear.
func DoneChannel(ctx context.Context) {
	updates := make(chan update)

	go pollUpdates(updates)

	updates <- update{version: 1}
}
