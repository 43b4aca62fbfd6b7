package strategies

import (
	"context"
	"sync"
)

type answer struct {
	rows int
}

func askShard(ctx context.Context, shard <-chan answer, answers chan<- answer) {
	answer, ok := <-shard // one parks here, for ever
	if !ok {
		return
	}
	answers <- answer
}

// WaitGroup leaks the shard that never answers, and the handler that waits for it: a wait group only
// waits, it stops nobody.
func WaitGroup(ctx context.Context) {
	well, hung := make(chan answer, 1), make(chan answer, 1)
	well <- answer{rows: 7}
	answers := make(chan answer, 2)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()

	var group sync.WaitGroup
	for _, shard := range []chan answer{well, hung} {
		shard := shard
		group.Add(1)
		go func() {
			defer group.Done()
			askShard(ctx, shard, answers)
		}()
	}

	<-answers
	group.Wait() // and the waiter here
}
