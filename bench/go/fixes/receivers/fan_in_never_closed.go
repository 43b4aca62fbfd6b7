package receivers

import (
	"context"
	"sync"
)

// FanInNeverClosed has a wait group that knows, and a goroutine that closes after it.
func FanInNeverClosed(ctx context.Context) {
	reports := make(chan error)
	var servers sync.WaitGroup
	servers.Add(3)
	for i := 0; i < 3; i++ {
		go func() {
			defer servers.Done()
			reports <- nil
		}()
	}
	go func() {
		failed := 0
		for err := range reports {
			if err != nil {
				failed++
			}
		}
	}()
	go func() { // the cure
		servers.Wait()
		close(reports)
	}()
}
