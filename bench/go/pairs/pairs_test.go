package pairs

import (
	"context"
	"os"
	"regexp"
	"runtime"
	"strconv"
	"testing"
	"time"
)

const (
	requests = 50
	patience = 20 * time.Millisecond
)

// catalog returns how many parked goroutines the catalog says that one leaky request leaves behind.
func catalog(t *testing.T) map[string]int {
	text, err := os.ReadFile("../../../harness/catalog.def")
	if err != nil {
		t.Fatal(err)
	}
	line := regexp.MustCompile(`(?m)^PAIR\(\w+, (\w+), "[^"]*"(.*)\)$`)
	parked := regexp.MustCompile(`\[WAIT_\w+\] = (\d+)`)
	leaks := map[string]int{}
	for _, pair := range line.FindAllStringSubmatch(string(text), -1) {
		leaks[pair[1]] = 0
		for _, reason := range parked.FindAllStringSubmatch(pair[2], -1) {
			n, err := strconv.Atoi(reason[1])
			if err != nil {
				t.Fatal(err)
			}
			leaks[pair[1]] += n
		}
	}
	return leaks
}

// serve serves the requests at once and returns how many goroutines are left of them. It waits until
// as many are left as should be, and looks again when every client has been gone for long: what is
// then left can only be woken by what wakes it for ever.
func serve(handler func(context.Context), expected int) int {
	before := runtime.NumGoroutine()
	for i := 0; i < requests; i++ {
		go func() {
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			handler(ctx)
		}()
	}
	time.Sleep(5 * patience)
	end := time.Now().Add(10 * time.Second) // reached only by what is wrong
	for runtime.NumGoroutine()-before != expected && time.Now().Before(end) {
		time.Sleep(patience)
	}
	return runtime.NumGoroutine() - before
}

func TestPairsLeakAsTheCatalogSays(t *testing.T) {
	leaks := catalog(t)
	if len(leaks) == 0 {
		t.Error("no pairs in the catalog")
	}
	for id := range All {
		if _, ok := leaks[id]; !ok {
			t.Errorf("%s is a twin of no pair", id)
		}
	}
	for id, leaked := range leaks {
		pair, ok := All[id]
		if !ok {
			t.Logf("skipped: %s has no twin", id) // not every pair needs one
			continue
		}
		if left := serve(pair.Leak, leaked*requests); left != leaked*requests {
			t.Errorf("leak %s: %d requests left %d goroutines, not %d each", id, requests, left, leaked)
		}
		if left := serve(pair.Fix, 0); left != 0 {
			t.Errorf("fix %s: %d requests left %d goroutines", id, requests, left)
		}
	}
}
