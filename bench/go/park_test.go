package bench

import (
	"bufio"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// park makes n goroutines that park on one channel, then closes it, and looks at what is left.
// It is meant for a fresh process and one iteration: -test.benchtime=1x.
func park(b *testing.B, n int) {
	for i := 0; i < b.N; i++ {
		before := resident(b)
		start := time.Now()
		release := parkAll(n)
		made := time.Since(start)
		parked := resident(b)

		start = time.Now()
		release()
		released := time.Since(start)
		paused := longestPause(2 * time.Second)
		left := resident(b)
		debug.FreeOSMemory() // a collection, and all that is free goes back to the kernel
		freed := resident(b)

		b.ReportMetric(float64(made.Nanoseconds())/float64(n), "make-ns/op")
		b.ReportMetric(float64(released.Nanoseconds())/float64(n), "release-ns/op")
		b.ReportMetric(float64(parked-before)/float64(n), "resident-B/op")
		b.ReportMetric(paused.Seconds()*1000, "pause-ms/op")
		b.ReportMetric(float64(left), "left-B")
		b.ReportMetric(float64(freed), "freed-B")
	}
}

// longestPause sleeps for a millisecond at a time, and returns the longest that it was more than that.
func longestPause(duration time.Duration) (longest time.Duration) {
	start := time.Now()
	for before := start; before.Sub(start) < duration; {
		time.Sleep(time.Millisecond)
		now := time.Now()
		longest = max(longest, now.Sub(before)-time.Millisecond)
		before = now
	}
	return longest
}

// parkAll makes n goroutines that park on one channel. The function that it returns closes that
// channel, and waits until all have ended.
func parkAll(n int) (release func()) {
	gate := make(chan struct{})
	var group sync.WaitGroup
	group.Add(n)
	for i := 0; i < n; i++ {
		go func() {
			<-gate
			group.Done()
		}()
	}
	runtime.Gosched() // all of them park
	return func() {
		close(gate)
		group.Wait()
	}
}

// resident returns the bytes of memory that the process has: its pages, and the tables for them.
func resident(b *testing.B) (bytes int64) {
	file, err := os.Open("/proc/self/status")
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		field := strings.Fields(lines.Text())
		if len(field) == 3 && (field[0] == "VmRSS:" || field[0] == "VmPTE:") {
			kilobytes, err := strconv.ParseInt(field[1], 10, 64)
			if err != nil {
				b.Fatal(err)
			}
			bytes += kilobytes * 1024
		}
	}
	return bytes
}

// processTime returns the processor time of all threads so far, the kernel's work for them included.
func processTime() int64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return usage.Utime.Nano() + usage.Stime.Nano()
}
