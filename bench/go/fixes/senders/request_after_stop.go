package senders

import "context"

type node struct {
	questions     chan chan int
	stop, stopped chan struct{}
	term          int
}

func (n *node) run() {
	defer close(n.stopped)
	for {
		select {
		case answer := <-n.questions:
			answer <- n.term
		case <-n.stop:
			return
		}
	}
}

func (n *node) termNow() int {
	answer := make(chan int, 1)
	select {
	case n.questions <- answer:
		return <-answer
	case <-n.stopped: // the cure
		return -1
	}
}

// RequestAfterStop selects on the loop's end too.
func RequestAfterStop(ctx context.Context) {
	n := &node{
		questions: make(chan chan int),
		stop:      make(chan struct{}),
		stopped:   make(chan struct{}),
	}
	go n.run()

	close(n.stop)
	<-n.stopped
	n.termNow()
}
