package spins

import (
	"context"
	"sync/atomic"
)

// PollAFlag waits for a channel that the job closes on every way out.
func PollAFlag(ctx context.Context) {
	var done atomic.Bool
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if failed := true; failed {
			return
		}
		done.Store(true)
	}()
	go func() {
		<-ended // the cure
	}()
}
