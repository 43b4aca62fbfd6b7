package selects

import (
	"context"
	"sync"
)

func exchange(from <-chan int, to chan<- int, stop <-chan struct{}) {
	for from != nil || to != nil {
		select {
		case to <- 1:
			to = nil
		case <-from: // the cure: listen meanwhile
			from = nil
		case <-stop:
			return
		}
	}
}

// MutualSelect receives while it waits to send.
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
