package strategies

import (
	"context"
	"sync"
)

type answer struct {
	rows int
}

func askShard(ctx context.Context, shard <-chan answer, answers chan<- answer) {
	select {
	case answer := <-shard:
		answers <- answer
	case <-ctx.Done(): // the cure: it can be stopped
	}
}

// WaitGroup cancels, then waits: nothing of the request is left when it returns.
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
	cancel()     // and is stopped,
	group.Wait() // then waited for
}
