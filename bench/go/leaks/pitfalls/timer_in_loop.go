package pitfalls

import (
	"context"
	"time"
)

const events = 10

type event struct {
	number int
}

func emitEvents(out chan<- event) {
	for i := 0; i < events; i++ {
		out <- event{i}
	}
}

// TimerInLoop makes a timer on every turn. Before Go 1.23 each was held for its whole minute; since
// then the collector frees a timer that nobody refers to, and this is only waste.
func TimerInLoop(ctx context.Context) {
	in := make(chan event, events)
	go emitEvents(in)

	for seen := 0; seen < events; seen++ {
		select {
		case <-in:
		case <-time.After(time.Minute): // held until it fires
			return
		}
	}
}
