package senders

import "context"

const queueRoom, leftOver = 2, 3

// QueueBeforeConsumer leaks the start of a service: it fills a queue whose consumer is to be started
// next.
func QueueBeforeConsumer(ctx context.Context) {
	jobs := make(chan int, queueRoom)
	defer close(jobs)
	consume := func() {
		done := 0
		for range jobs {
			done++
		}
	}

	for i := 0; i < leftOver; i++ {
		jobs <- i // the third parks here, for ever
	}
	go consume()
}
