package bench

import (
	"io"
	"runtime"
	"runtime/pprof"
	"syscall"
	"testing"
	"time"
)

// firstDump writes the grouped dump of n goroutines that are parked alike. It is meant for a fresh
// process and one iteration: -test.benchtime=1x.
func firstDump(b *testing.B, n int) {
	for i := 0; i < b.N; i++ {
		release := parkAll(n)
		expect(b, "goroutines that are parked", runtime.NumGoroutine()/n, 1)
		peak, start := peakBytes(), time.Now()
		if err := pprof.Lookup("goroutine").WriteTo(io.Discard, 1); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(time.Since(start).Nanoseconds())/float64(n), "dump-ns/op")
		b.ReportMetric(float64(peakBytes()-peak), "grown-B/op")
		release()
	}
}

// peakBytes returns the most resident memory that the process has had.
func peakBytes() int64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return int64(usage.Maxrss) * 1024
}
