package selects

import (
	"context"
	"sync"
)

func exchange(from <-chan int, to chan<- int, stop <-chan struct{}) {
	for from != nil || to != nil {
		listen := from
		if to != nil {
			listen = nil // first say, then listen
		}
		select {
		case to <- 1:
			to = nil
		case <-listen:
			from = nil
		case <-stop:
			return
		}
	}
}

// MutualSelect leaks two goroutines that both say before they listen, and who waits for them.
func MutualSelect(ctx context.Context) {
	a, b, stop := make(chan int), make(chan int), make(chan struct{})
	defer close(stop)

	var group sync.WaitGroup
	group.Add(2)
	go func() {
		defer group.Done()
		exchange(a, b, stop)
	}()
	go func() {
		defer group.Done()
		exchange(b, a, stop)
	}()
	group.Wait()
}
