// Package strategies holds the Go twins of fixes/strategies: each strategy, as Go users write it.
package strategies

import "context"

type reply struct {
	status int
}

func await(ctx context.Context, backend <-chan reply) (reply, bool) {
	select { // the cure: wait for either
	case reply, ok := <-backend:
		return reply, ok
	case <-ctx.Done():
		return reply{}, false
	}
}

func callBackend(ctx context.Context, backend <-chan reply, result chan<- reply) {
	if reply, ok := await(ctx, backend); ok {
		result <- reply
	}
}

// ContextCancel hands the context of the request all the way down, and whoever waits selects on it.
func ContextCancel(ctx context.Context) {
	backend := make(chan reply) // never answers
	result := make(chan reply, 1)

	go callBackend(ctx, backend, result)

	select {
	case <-result:
	case <-ctx.Done():
	}
}
