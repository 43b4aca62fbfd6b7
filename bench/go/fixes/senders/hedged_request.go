package senders

import "context"

// HedgedRequest cancels the rest with the first answer, and who sends selects on that.
func HedgedRequest(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	answers := make(chan int)
	for replica := 0; replica < 3; replica++ {
		replica := replica
		go func() {
			select {
			case answers <- replica:
			case <-ctx.Done(): // the cure
			}
		}()
	}

	<-answers
}
