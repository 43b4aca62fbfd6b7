package selects

import "context"

// LateCancel selects on the context where it waits.
func LateCancel(ctx context.Context) {
	items := make(chan int, 1)
	items <- 1
	go func() {
		seen := 0
		for ctx.Err() == nil {
			select {
			case <-items:
			case <-ctx.Done(): // the cure
				return
			}
			seen++
		}
	}()

	<-ctx.Done()
}
