package owners

import "context"

func startPool(workers int) chan<- int {
	jobs := make(chan int)
	for i := 0; i < workers; i++ {
		go func() {
			done := 0
			for range jobs {
				done++
			}
		}()
	}
	return jobs
}

// NoWorkers leaks the handler: the pool has a worker for each processor but one, and there is one.
func NoWorkers(ctx context.Context) {
	processors := 1
	jobs := startPool(processors - 1)
	defer close(jobs)

	jobs <- 1 // parks here, for ever
}
