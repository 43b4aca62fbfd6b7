// Package strategies holds the Go twins of leaks/strategies: what leaks where each is left out.
package strategies

import "context"

type reply struct {
	status int
}

func await(backend <-chan reply) (reply, bool) {
	reply, ok := <-backend // parks here, for ever
	return reply, ok
}

func callBackend(ctx context.Context, backend <-chan reply, result chan<- reply) {
	if reply, ok := await(backend); ok {
		result <- reply
	}
}

// ContextCancel leaks the call to a backend that does not answer: the client gives up and the handler
// returns, but the call was never told that there is a client.
func ContextCancel(ctx context.Context) {
	backend := make(chan reply) // never answers
	result := make(chan reply, 1)

	go callBackend(ctx, backend, result)

	select {
	case <-result:
	case <-ctx.Done():
	}
}
