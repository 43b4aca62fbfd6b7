package selects

import "context"

// LateCancel leaks a worker that looks at its context between two items, and waits for an item.
func LateCancel(ctx context.Context) {
	items := make(chan int, 1)
	items <- 1
	go func() {
		seen := 0
		for ctx.Err() == nil {
			<-items // parks here, for ever
			seen++
		}
	}()

	<-ctx.Done()
}
