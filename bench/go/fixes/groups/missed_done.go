package groups

import (
	"context"
	"sync"
)

// MissedDone says done by a deferred call.
func MissedDone(ctx context.Context) {
	shards := []int{7, 0, 3}
	compacted := make([]int, len(shards))

	var group sync.WaitGroup
	group.Add(len(shards))
	for i, rows := range shards {
		i, rows := i, rows
		go func() {
			defer group.Done() // the cure
			if rows == 0 {
				return
			}
			compacted[i] = rows
		}()
	}
	group.Wait()
}
