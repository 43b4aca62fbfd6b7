package io

import (
	"context"
	"io"
	"net"
)

// UnreadBody closes the connection on every way out.
func UnreadBody(ctx context.Context) {
	mine, theirs := net.Pipe()
	go func() {
		defer theirs.Close()
		theirs.Write([]byte("304 "))
		theirs.Write(make([]byte, 1<<20))
	}()
	defer mine.Close() // the cure

	status := make([]byte, 4)
	if _, err := io.ReadFull(mine, status); err != nil || status[0] != '2' {
		return
	}
	io.Copy(io.Discard, mine)
}
