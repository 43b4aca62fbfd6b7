package io

import (
	"context"
	"io"
	"net"
)

// UnreadBody leaks who sends the body: its reader has returned with the status, and not closed.
func UnreadBody(ctx context.Context) {
	mine, theirs := net.Pipe()
	go func() {
		defer theirs.Close()
		theirs.Write([]byte("304 "))
		theirs.Write(make([]byte, 1<<20)) // parks here, for ever
	}()

	status := make([]byte, 4)
	if _, err := io.ReadFull(mine, status); err != nil || status[0] != '2' {
		return
	}
	io.Copy(io.Discard, mine)
	mine.Close()
}
