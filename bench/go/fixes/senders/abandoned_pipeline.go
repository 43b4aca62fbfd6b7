package senders

import "context"

// AbandonedPipeline has one done channel for all stages, closed by who leaves.
func AbandonedPipeline(ctx context.Context) {
	lines, records := make(chan int), make(chan int)
	done := make(chan struct{})
	defer close(done)
	handOver := func(to chan<- int, value int) bool {
		select {
		case to <- value:
			return true
		case <-done: // the cure
			return false
		}
	}
	go func() {
		defer close(lines)
		for line := 0; handOver(lines, line); {
			line++
		}
	}()
	go func() {
		for line := range lines {
			if !handOver(records, line%10) {
				return
			}
		}
	}()

	for record := 0; record != 5; {
		record = <-records
	}
}
