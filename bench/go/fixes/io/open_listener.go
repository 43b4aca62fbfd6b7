package io

import (
	"context"
	"net"
)

// OpenListener closes the listener that it opens.
func OpenListener(ctx context.Context) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return
	}
	defer listener.Close() // the cure
	confirmed := make(chan struct{}, 1)
	go func() {
		for {
			call, err := listener.Accept()
			if err != nil {
				return
			}
			call.Close()
			confirmed <- struct{}{}
		}
	}()

	if call, err := net.Dial("tcp", listener.Addr().String()); err == nil {
		call.Close()
	}
	<-confirmed
}
