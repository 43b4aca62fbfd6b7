package io

import (
	"context"
	"io"
)

// pipes makes a connection of two one-way pipes, of which each side can be closed alone.
type pipes struct {
	*io.PipeReader
	*io.PipeWriter
}

func newPipes() (a, b pipes) {
	fromB, toA := io.Pipe()
	fromA, toB := io.Pipe()
	return pipes{fromB, toB}, pipes{fromA, toA}
}

// HalfClosed leaks a copier and the server: the client's end is not handed on.
func HalfClosed(ctx context.Context) {
	client, clientSide := newPipes()
	serverSide, server := newPipes()
	copyTo := func(to, from pipes) {
		io.Copy(to.PipeWriter, from.PipeReader) // one parks here, for ever
	}

	go copyTo(serverSide, clientSide)
	go copyTo(clientSide, serverSide)
	go func() {
		defer server.PipeWriter.Close()
		io.Copy(io.Discard, server.PipeReader) // and here
	}()

	client.PipeWriter.Write([]byte("bye"))
	client.PipeWriter.Close()
	client.PipeReader.Close()
}
