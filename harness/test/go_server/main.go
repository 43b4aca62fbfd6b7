// A server that leaks in a dozen ways, one goroutine of each with every tick; its endpoint is net/http/pprof's. For
// test_watch_go.c, which looks for these functions' names.
package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	_ "net/http/pprof"
	"os"
	"runtime/pprof"
	"sync"
	"time"
)

var (
	mutex     sync.Mutex
	readWrite sync.RWMutex
	group     sync.WaitGroup
	bell      = sync.NewCond(&sync.Mutex{})
	results   = make(chan int)
	news      = make(chan int)
	silent    net.Listener
)

func takeLock() { mutex.Lock() }

func takeReadLock() { readWrite.RLock() }

func waitForGroup() { group.Wait() }

func waitForBell() {
	bell.L.Lock()
	bell.Wait()
}

func sendResult() { results <- 1 }

func selectNews() {
	select {
	case <-news:
	case results <- 2:
	}
}

func waitForContext() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	<-ctx.Done()
}

func waitOnNil() {
	var none chan int
	<-none
}

func readFromPeer() {
	peer, err := net.Dial("tcp", silent.Addr().String())
	if err != nil {
		return
	}
	peer.Read(make([]byte, 1))
}

func sleepLong() { time.Sleep(time.Hour) }

// Pool is generic, and nobody closes its queue.
type Pool[T any] struct{ queue chan T }

func (p *Pool[T]) work() {
	for range p.queue {
	}
}

func startPool() { (&Pool[string]{make(chan string)}).work() }

func receiveOf[T any](from chan T) { <-from }

func receiveGeneric() { receiveOf(make(chan [3]int)) }

func handleLabelled() {
	pprof.Do(context.Background(), pprof.Labels("tenant", "red"), func(context.Context) { waitLabelled() })
}

func waitLabelled() { <-news }

func main() {
	var err error
	if silent, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	mutex.Lock()
	readWrite.Lock()
	group.Add(1)
	fmt.Println(listener.Addr())
	go http.Serve(listener, nil)
	leaks := []func(){takeLock, takeReadLock, waitForGroup, waitForBell, sendResult, selectNews, waitForContext,
		waitOnNil, readFromPeer, sleepLong, startPool, receiveGeneric, handleLabelled}
	for range time.Tick(10 * time.Millisecond) {
		for _, leak := range leaks {
			go leak()
		}
	}
}
