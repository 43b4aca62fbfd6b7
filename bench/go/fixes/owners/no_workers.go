package owners

import "context"

func startPool(workers int) chan<- int {
	jobs := make(chan int)
	if workers < 1 {
		workers = 1 // the cure
	}
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

// NoWorkers has one worker at least.
func NoWorkers(ctx context.Context) {
	processors := 1
	jobs := startPool(processors - 1)
	defer close(jobs)

	jobs <- 1
}
