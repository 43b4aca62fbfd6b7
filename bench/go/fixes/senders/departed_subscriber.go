package senders

import "context"

type subscriber struct {
	news chan int
	left chan struct{}
}

// DepartedSubscriber has who leaves say so, and the publisher select on that.
func DepartedSubscriber(ctx context.Context) {
	s := subscriber{make(chan int), make(chan struct{})}
	go func() {
		defer close(s.left) // the cure: who leaves says so
		<-s.news            // one is enough
	}()

	for headline := 0; headline < 2; headline++ {
		select {
		case s.news <- headline:
		case <-s.left:
		}
	}
}
