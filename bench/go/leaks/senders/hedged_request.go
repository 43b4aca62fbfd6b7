package senders

import "context"

// HedgedRequest leaks the replicas whose answers come second and third.
func HedgedRequest(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	answers := make(chan int)
	for replica := 0; replica < 3; replica++ {
		replica := replica
		go func() {
			answers <- replica // two park here, for ever
		}()
	}

	<-answers
}
