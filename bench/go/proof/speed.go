package main

import (
	"fmt"
	"io"
	"math"
	"math/rand"
	"runtime"
	"runtime/pprof"
	"syscall"
	"time"
)

type load struct {
	name         string
	goroutines   int
	live, random bool
}

// The same as in bench/proof/speed.c.
var loads = []load{
	{"all leaked", 1000000, false, false},
	{"all live", 1000000, true, false},
	{"all live, shuffled", 1000000, true, true},
	{"all leaked", 1000, false, false},
	{"all live", 1000, true, false},
}

var held []chan int

// Of all threads: the machine is others' too.
func processorTime() time.Duration {
	var used syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &used)
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

func timeLooks(l load) {
	channels := make([]chan int, l.goroutines)
	for i := range channels {
		channels[i] = make(chan int)
		go func(c chan int) { <-c }(channels[i])
	}
	if l.random {
		rand.Shuffle(len(channels), func(i, j int) { channels[i], channels[j] = channels[j], channels[i] })
	}
	if l.live {
		held = channels
	}
	channels = nil
	for runtime.NumGoroutine() < l.goroutines {
		time.Sleep(time.Millisecond)
	}
	time.Sleep(200 * time.Millisecond)
	best := time.Duration(math.MaxInt64)
	for range 2 {
		start := processorTime()
		if err := pprof.Lookup("goroutineleak").WriteTo(io.Discard, 0); err != nil {
			panic(err)
		}
		best = min(best, processorTime()-start)
	}
	fmt.Printf("speed\t%s\t%d\t%d\n", l.name, l.goroutines, best.Nanoseconds())
	runtime.KeepAlive(held)
}
