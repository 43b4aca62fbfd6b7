package main

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"os"
	"regexp"
	"runtime"
	"runtime/pprof"
	"strconv"
	"sync"
	"time"
)

const made = 10

// The same names as in bench/proof/kinds.c, in the same order.
type kind struct {
	name  string
	made  int
	begin func()
}

func each(f func()) func() {
	return func() {
		for range made {
			go f()
		}
	}
}

var (
	globalChannel          chan int
	table                  []chan int
	globalA, globalB       sync.Mutex
	forgotten, twice       sync.Mutex
	readTwice              sync.RWMutex
	globalGroup            sync.WaitGroup
	parent, cancelOfParent = context.WithCancel(context.Background())
	slots                  chan struct{}
)

func cross(a, b *sync.Mutex) {
	lockBoth := func(first, second *sync.Mutex) {
		first.Lock()
		time.Sleep(50 * time.Millisecond)
		second.Lock()
	}
	go lockBoth(a, b)
	go lockBoth(b, a)
}

type finalized struct{ c chan int }

var kinds = []kind{
	{"receive on a local channel", made, each(func() { <-make(chan int) })},
	{"nil channel", made, each(func() { var c chan int; <-c })},
	{"local condition", made, each(func() {
		c := sync.NewCond(&sync.Mutex{})
		c.L.Lock()
		c.Wait()
	})},
	{"select on a background context", made, each(func() {
		select {
		case <-make(chan int):
		case <-context.Background().Done():
		}
	})},
	{"AB-BA with local locks", made, func() {
		for range made / 2 {
			cross(new(sync.Mutex), new(sync.Mutex))
		}
	}},
	{"a local channel shared with a feeder that sleeps", made + 1, func() {
		c := make(chan int)
		for range made {
			go func() { <-c }()
		}
		go func() { time.Sleep(time.Hour); c <- 1 }()
	}},
	{"receive on a global channel", made, func() {
		globalChannel = make(chan int)
		each(func() { <-globalChannel })()
	}},
	{"channel kept in a global table", made, func() {
		for range made {
			c := make(chan int)
			table = append(table, c)
			go func() { <-c }()
		}
	}},
	{"AB-BA with global locks", 2, func() { cross(&globalA, &globalB) }},
	{"global lock never given back", made, func() {
		forgotten.Lock()
		each(func() { forgotten.Lock() })()
	}},
	{"recursive read lock with a writer between, global", 2, func() {
		go func() {
			readTwice.RLock()
			time.Sleep(100 * time.Millisecond)
			readTwice.RLock()
		}()
		go func() { time.Sleep(50 * time.Millisecond); readTwice.Lock() }()
	}},
	{"global wait group without done", made, func() {
		globalGroup.Add(1)
		each(globalGroup.Wait)()
	}},
	{"generator without stop", made, func() {
		each(func() {
			next, _ := iter.Pull(func(yield func(int) bool) {
				for i := 0; yield(i); i++ {
				}
			})
			next()
		})()
	}},
	{"ticker loop never stopped", made, each(func() {
		for range time.NewTicker(time.Hour).C {
		}
	})},
	{"sleep loop", made, each(func() {
		for {
			time.Sleep(time.Hour)
		}
	})},
	{"I/O that never comes", made, each(func() {
		r, _, err := os.Pipe()
		if err == nil {
			r.Read(make([]byte, 1))
		}
	})},
	{"select with a live parent context", made, func() {
		for range made {
			ctx, cancel := context.WithCancel(parent)
			go func() {
				select {
				case <-make(chan int):
					cancel()
				case <-ctx.Done():
				}
			}()
		}
	}},
	{"channel reachable only from a finalizer", made, each(func() {
		f := &finalized{make(chan int)}
		runtime.SetFinalizer(f, func(f *finalized) { f.c <- 1 })
		<-f.c
		runtime.KeepAlive(f)
	})},
	{"select with an hour's timer (no leak)", made, each(func() {
		select {
		case <-make(chan int):
		case <-time.After(time.Hour):
		}
	})},
	{"global lock taken twice", 1, func() {
		go func() { twice.Lock(); twice.Lock() }()
	}},
	{"local wait group without done", made, each(func() {
		var g sync.WaitGroup
		g.Add(1)
		g.Wait()
	})},
	{"local semaphore taken twice", made, each(func() {
		s := make(chan struct{}, 1)
		s <- struct{}{}
		s <- struct{}{}
	})},
	{"global semaphore never given back", made, func() {
		slots = make(chan struct{}, 1)
		slots <- struct{}{}
		each(func() { slots <- struct{}{} })()
	}},
}

var total = regexp.MustCompile(`goroutineleak profile: total (\d+)`)

func leaked() int {
	var text bytes.Buffer
	if err := pprof.Lookup("goroutineleak").WriteTo(&text, 1); err != nil {
		panic(err)
	}
	found := total.FindSubmatch(text.Bytes())
	if found == nil {
		panic("no total in the profile")
	}
	n, _ := strconv.Atoi(string(found[1]))
	return n
}

func tryKind(k kind) {
	k.begin()
	time.Sleep(300 * time.Millisecond)
	fmt.Printf("kind\t%s\t%d\t%d\n", k.name, k.made, leaked())
	runtime.KeepAlive(cancelOfParent)
}
