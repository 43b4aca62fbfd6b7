package receivers

import (
	"context"
	"sync"
)

// FanInNeverClosed leaks who collects: none of the producers knows that it is the last, so nobody
// closes.
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
		for err := range reports { // parks here, for ever
			if err != nil {
				failed++
			}
		}
	}()
}
