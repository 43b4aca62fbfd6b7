package spins

import (
	"context"
	"time"
)

func pauseFor(ctx context.Context, d time.Duration) bool {
	time.Sleep(d) // wakes for ever
	return true
}

// RetryForEver leaks a retry: it sleeps and tries, for a client long gone.
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
