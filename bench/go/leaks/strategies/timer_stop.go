package strategies

import (
	"context"
	"time"
)

type metrics struct {
	flushes int
}

func (m *metrics) flush() {
	ticker := time.NewTicker(10 * time.Second)

	for range ticker.C { // wakes for ever
		m.flushes++
	}
}

// TimerStop leaks a goroutine and its ticker: nobody stops the one and nobody tells the other.
func TimerStop(ctx context.Context) {
	go new(metrics).flush()
}
