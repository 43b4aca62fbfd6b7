package senders

import "context"

type queryResult struct {
	rows int
	err  error
}

// TimeoutSender selects where it sends: there is a way out when nobody receives any more.
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
		select {
		case results <- result:
		case <-ctx.Done(): // the cure
		}
	}()

	select {
	case <-results:
	case <-ctx.Done():
	}
}
