package spins

import (
	"context"
	"sync/atomic"
	"time"
)

// PollAFlag leaks who looks at a flag every tenth of a second: the job that would set it has failed.
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
		for !done.Load() {
			time.Sleep(100 * time.Millisecond) // wakes for ever
		}
	}()
}
