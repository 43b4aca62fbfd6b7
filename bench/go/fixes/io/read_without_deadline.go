package io

import (
	"context"
	"net"
)

// ReadWithoutDeadline gives the read a deadline, and closes the connection.
func ReadWithoutDeadline(ctx context.Context) {
	server, client := net.Pipe()
	defer server.Close()
	go func() {
		defer client.Close()
		greeting := make([]byte, 64)
		client.Read(greeting)
	}()

	if deadline, ok := ctx.Deadline(); ok {
		server.SetReadDeadline(deadline) // the cure
	}
	line := make([]byte, 64)
	server.Read(line)
}
