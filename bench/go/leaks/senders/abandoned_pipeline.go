package senders

import "context"

// AbandonedPipeline leaks both stages: who wants the records has found its one and is gone.
func AbandonedPipeline(ctx context.Context) {
	lines, records := make(chan int), make(chan int)
	done := make(chan struct{})
	defer close(done)
	handOver := func(to chan<- int, value int) bool {
		to <- value // both stages park here, for ever
		return true
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
