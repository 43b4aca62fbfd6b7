package groups

import (
	"context"
	"sync"
)

// WaitInTheLoop waits behind the loop.
func WaitInTheLoop(ctx context.Context) {
	restored := make([]bool, 3)

	var group sync.WaitGroup
	group.Add(len(restored))
	for i := range restored {
		i := i
		go func() {
			defer group.Done()
			restored[i] = true
		}()
	}
	group.Wait() // the cure
}
