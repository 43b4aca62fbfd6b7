package senders

import "context"

type subscriber struct {
	news chan int
	left chan struct{}
}

// DepartedSubscriber leaks the publisher: one subscriber has left, and stays on its list.
func DepartedSubscriber(ctx context.Context) {
	s := subscriber{make(chan int), make(chan struct{})}
	go func() {
		<-s.news // one is enough
	}()

	for headline := 0; headline < 2; headline++ {
		s.news <- headline // parks here, for ever
	}
}
