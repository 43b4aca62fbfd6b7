package senders

import "context"

type queryResult struct {
	rows int
	err  error
}

// TimeoutSender leaks the query: its caller leaves with the context, and then the query reports, to
// nobody, that it was cancelled.
func TimeoutSender(ctx context.Context) {
	server := make(chan int) // is slow today
	results := make(chan queryResult)
	go func() {
		var result queryResult
		select {
		case result.rows = <-server:
		case <-ctx.Done():
			result.err = ctx.Err()
		}
		results <- result // parks here, for ever
	}()

	select {
	case <-results:
	case <-ctx.Done():
	}
}
