package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"strconv"
	"time"

	"leaklab/bench/pairs"
)

// How leak detectors look at a twin, for `leaklab detect`: `twin look count|goroutineleak ID leak|fix REQUESTS`
// serves so many requests, a thousand a second, waits until the last client has gone, and says `findings N`
// and what there is to read.

const (
	lookPatience = 50 * time.Millisecond
	lookAgain    = 2  // the count looks again after so many times the requests
	lookLeast    = 50 // it counts from one goroutine for so many requests
)

func serveForLook(handler func(context.Context), requests int) {
	start := time.Now()
	for n := 0; n < requests; n++ {
		time.Sleep(time.Until(start.Add(time.Duration(n) * time.Millisecond)))
		go func() {
			ctx, cancel := context.WithTimeout(context.Background(), lookPatience)
			defer cancel()
			handler(ctx)
		}()
	}
	time.Sleep(lookPatience + moment)
}

func countLook(handler func(context.Context), requests int) {
	serveForLook(handler, requests)
	before := runtime.NumGoroutine()
	serveForLook(handler, lookAgain*requests)
	after := runtime.NumGoroutine()
	findings := after - before
	if findings*lookLeast < lookAgain*requests || findings < 1 {
		findings = 0
	}
	fmt.Printf("findings %d\n%d goroutines, then %d\n", findings, before, after)
}

func profileLook(handler func(context.Context), requests int) error {
	profile := pprof.Lookup("goroutineleak")
	if profile == nil {
		return fmt.Errorf("%s has no goroutine leak profile: Go 1.27 has", runtime.Version())
	}
	serveForLook(handler, requests)
	return profile.WriteTo(os.Stdout, 1)
}

func look(words []string) error {
	pair, ok := pairs.All[words[1]]
	requests, err := strconv.Atoi(words[3])
	if !ok || err != nil {
		return fmt.Errorf("no Go twin of %s, or no number of requests: %s", words[1], words[3])
	}
	handler := pair.Leak
	if words[2] == "fix" {
		handler = pair.Fix
	}
	if words[0] == "count" {
		countLook(handler, requests)
		return nil
	}
	return profileLook(handler, requests)
}
