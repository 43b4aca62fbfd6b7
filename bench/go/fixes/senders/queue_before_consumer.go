package senders

import "context"

const queueRoom, leftOver = 2, 3

// QueueBeforeConsumer starts the consumer first.
func QueueBeforeConsumer(ctx context.Context) {
	jobs := make(chan int, queueRoom)
	defer close(jobs)
	consume := func() {
		done := 0
		for range jobs {
			done++
		}
	}

	go consume() // the cure: first
	for i := 0; i < leftOver; i++ {
		jobs <- i
	}
}
