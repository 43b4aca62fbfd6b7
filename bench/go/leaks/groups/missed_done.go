package groups

import (
	"context"
	"sync"
)

// MissedDone leaks the handler: a worker that has nothing to do returns without saying done.
func MissedDone(ctx context.Context) {
	shards := []int{7, 0, 3}
	compacted := make([]int, len(shards))

	var group sync.WaitGroup
	group.Add(len(shards))
	for i, rows := range shards {
		i, rows := i, rows
		go func() {
			if rows == 0 {
				return
			}
			compacted[i] = rows
			group.Done()
		}()
	}
	group.Wait() // parks here, for ever
}
