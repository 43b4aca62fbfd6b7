package io

import (
	"context"
	"net"
)

// ReadWithoutDeadline leaks the server's read, and its client: each waits for the other one to speak.
func ReadWithoutDeadline(ctx context.Context) {
	server, client := net.Pipe()
	defer server.Close()
	go func() {
		defer client.Close()
		greeting := make([]byte, 64)
		client.Read(greeting) // parks here, for ever
	}()

	line := make([]byte, 64)
	server.Read(line) // and here
}
