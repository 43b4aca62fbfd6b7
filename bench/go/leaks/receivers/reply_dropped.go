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
	}
}

// ReplyDropped leaks a caller: its reply could not be decoded, and its entry is taken off the table.
func ReplyDropped(ctx context.Context) {
	mine := make(chan callReply, 1)
	c := &connection{waiting: map[int]chan callReply{3: mine}}
	go c.deliver(callReply{number: 3})

	<-mine // parks here, for ever
}
