package main

import (
	"os"
	"regexp"
	"runtime"
	"testing"
	"unsafe"
)

func TestLayoutIsTheHeaders(t *testing.T) {
	if size := unsafe.Sizeof(parked{}); size != 16+parkedGroups*424 {
		t.Errorf("struct parked has %d bytes", size)
	}
	text, err := os.ReadFile("../../../harness/probe/gauges.h")
	if err != nil {
		t.Fatal(err)
	}
	for _, said := range []string{
		`GAUGES_LAYOUT = 5 `, `offsetof\(struct gauges, ended\) == 577536`, `GAUGES_TAKE = 'l'`,
		`offsetof\(struct progress, paused\) == 952`, `offsetof\(struct settings, first_arrival\) == 120`,
		`offsetof\(struct gauges, settings\) == 4096`, `offsetof\(struct gauges, progress\) == 8192`,
		`offsetof\(struct gauges, legs\) == 16384`, `offsetof\(struct gauges, latencies\) == 49152`,
		`offsetof\(struct gauges, parked\) == 24576`, `COUNTED_REASONS 16`, `PARKED_GROUPS = 16`,
	} {
		if !regexp.MustCompile(said).Match(text) {
			t.Errorf("gauges.h no longer says %s", said)
		}
	}
}

func TestReasonsAreTheHeaders(t *testing.T) {
	text, err := os.ReadFile("../../../harness/task/wait_reason.h")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`X\(WAIT_\w+, "([^"]*)"\)`).FindAllSubmatch(text, -1)
	if len(found) != waitReasons {
		t.Fatalf("%d reasons in the header, and %d here", len(found), waitReasons)
	}
	for i, reason := range found {
		if string(reason[1]) != reasons[i] {
			t.Errorf("reason %d is %q in the header, and %q here", i, reason[1], reasons[i])
		}
	}
}

func TestParseReadsGosDump(t *testing.T) {
	g, ok := parse("goroutine 18 [chan receive, 5 minutes]:\n" +
		"runtime.gopark(0x1)\n\t/go/src/runtime/proc.go:1 +0x1\n" +
		"leaklab/bench/leaks/pitfalls.packOrder(...)\n" +
		"\tleaklab/bench/leaks/pitfalls/channel_receive.go:20\n" +
		"created by leaklab/bench/leaks/pitfalls.ChannelReceive in goroutine 17\n" +
		"\tleaklab/bench/leaks/pitfalls/channel_receive.go:30 +0x5a")
	want := goroutine{18, 1,
		place{"leaks/pitfalls.packOrder", "bench/go/leaks/pitfalls/channel_receive.go", 20},
		place{"leaklab/bench/leaks/pitfalls.ChannelReceive",
			"bench/go/leaks/pitfalls/channel_receive.go", 30}}
	want.madeAt.function = "leaks/pitfalls.ChannelReceive"
	if !ok || g != want {
		t.Errorf("parsed %+v, not %+v", g, want)
	}
}

func TestGoroutinesFindsAParkedOne(t *testing.T) {
	gate := make(chan int)
	done := make(chan bool)
	go func() {
		<-gate
		done <- true
	}()
	found := false
	for try := 0; try < 1000 && !found; try++ { // until it has parked
		runtime.Gosched()
		for _, g := range goroutines() {
			found = found || g.reason == reasonOf("chan receive") &&
				g.at.function == "twin.TestGoroutinesFindsAParkedOne.func1"
		}
	}
	close(gate)
	<-done
	if !found {
		t.Error("a goroutine that waits for a channel is not found")
	}
}
