package pitfalls

import "context"

const jobs = 3

type job struct {
	number int
}

func worker(in <-chan job) {
	done := 0
	for range in { // parks here, for ever, after the last job
		done++
	}
}

// WorkerLoop leaks its worker: the handler sends its jobs and returns, and never closes the channel.
func WorkerLoop(ctx context.Context) {
	out := make(chan job)

	go worker(out)
	for i := 0; i < jobs; i++ {
		out <- job{i}
	}
}
