package strategies

import (
	"context"
	"time"
)

type metrics struct {
	flushes int
}

func (m *metrics) flush(done <-chan struct{}) {
	ticker := time.NewTicker(10 * time.Second)
	defer ticker.Stop() // the cure: stopped on the way out

	for {
		select {
		case <-ticker.C:
			m.flushes++
		case <-done: // and there is a way out
			return
		}
	}
}

// TimerStop tells the goroutine, which stops its ticker as it returns: both on one path.
func TimerStop(ctx context.Context) {
	done := make(chan struct{})
	defer close(done)

	go new(metrics).flush(done)
}
