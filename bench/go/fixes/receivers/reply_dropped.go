package receivers

import "context"

type callReply struct {
	number, status int
	good           bool // could be decoded
}

type connection struct {
	waiting map[int]chan callReply // for the reply of their number
}

func (c *connection) deliver(reply callReply) {
	waiter := c.waiting[reply.number]
	delete(c.waiting, reply.number)
	if reply.good {
		waiter <- reply
	} else {
		close(waiter) // the cure
	}
}

// ReplyDropped closes the waiter's channel as it takes the entry off the table.
func ReplyDropped(ctx context.Context) {
	mine := make(chan callReply, 1)
	c := &connection{waiting: map[int]chan callReply{3: mine}}
	go c.deliver(callReply{number: 3})

	<-mine
}
