package groups

import (
	"context"
	"sync"
)

type conn struct {
	closed chan struct{}
	once   sync.Once
	tasks  sync.WaitGroup
}

func (c *conn) tell() {
	c.once.Do(func() { close(c.closed) })
}

// closeAndWait is for its owner: when it returns, all its goroutines have ended.
func (c *conn) closeAndWait() {
	c.tell()
	c.tasks.Wait()
}

func (c *conn) readMessages() {
	defer c.tasks.Done()
	if peerIsGone := true; peerIsGone {
		c.tell() // the cure
	}
}

// WaitsForItself only tells from inside; to wait is for the owner.
func WaitsForItself(ctx context.Context) {
	c := &conn{closed: make(chan struct{})}

	c.tasks.Add(1)
	go c.readMessages()
	go func() {
		<-c.closed
		c.closeAndWait()
	}()
}
