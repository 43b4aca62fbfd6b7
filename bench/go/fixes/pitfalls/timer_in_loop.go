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

// TimerInLoop resets one timer on every turn, and stops it on every way out.
func TimerInLoop(ctx context.Context) {
	in := make(chan event, events)
	go emitEvents(in)

	idle := time.NewTimer(time.Minute)
	defer idle.Stop() // the cure: one timer, stopped at the end
	for seen := 0; seen < events; seen++ {
		idle.Reset(time.Minute)
		select {
		case <-in:
		case <-idle.C:
			return
		}
	}
}
