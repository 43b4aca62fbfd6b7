package groups

import (
	"context"
	"sync"
)

// WaitInTheLoop leaks the handler: it waits for three when it has started one.
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
		group.Wait() // parks here, for ever
	}
}
