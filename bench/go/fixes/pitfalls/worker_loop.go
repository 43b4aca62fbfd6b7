package pitfalls

import (
	"context"
	"sync"
)

const jobs = 3

type job struct {
	number int
}

func worker(ctx context.Context, in <-chan job) {
	done := 0
	for {
		select {
		case _, more := <-in:
			if !more {
				return
			}
			done++
		case <-ctx.Done(): // the cure: either can end the loop
			return
		}
	}
}

// WorkerLoop cancels its worker on the way out, and waits for it.
func WorkerLoop(ctx context.Context) {
	out := make(chan job)
	ctx, cancel := context.WithCancel(ctx)
	var workers sync.WaitGroup
	defer workers.Wait() // and the owner waits for it
	defer cancel()

	workers.Add(1)
	go func() {
		defer workers.Done()
		worker(ctx, out)
	}()
	for i := 0; i < jobs; i++ {
		out <- job{i}
	}
}
