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
	c.tasks.Wait() // both park here, for ever
}

func (c *conn) readMessages() {
	defer c.tasks.Done()
	if peerIsGone := true; peerIsGone {
		c.closeAndWait()
	}
}

// WaitsForItself leaks the reader: it closes its connection, and that waits until the reader has
// ended; so does the owner.
func WaitsForItself(ctx context.Context) {
	c := &conn{closed: make(chan struct{})}

	c.tasks.Add(1)
	go c.readMessages()
	go func() {
		<-c.closed
		c.closeAndWait()
	}()
}
