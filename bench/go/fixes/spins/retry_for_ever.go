package spins

import (
	"context"
	"time"
)

func pauseFor(ctx context.Context, d time.Duration) bool {
	select { // the cure
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}

// RetryForEver waits for the time or for the end of the context.
func RetryForEver(ctx context.Context) {
	tryOnce := func() bool { return false } // there is no such bucket
	go func() {
		for !tryOnce() {
			if !pauseFor(ctx, time.Second) {
				return
			}
		}
	}()

	<-ctx.Done()
}
