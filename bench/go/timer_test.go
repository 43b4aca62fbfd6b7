package bench

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func benchTimers(b *testing.B) {
	b.Run("timer/new_stop", timerNewStop)
	b.Run("timer/paced", timerPaced)
	b.Run("timer/reset", timerReset)
	b.Run("timer/due/100000", func(b *testing.B) { timersDue(b, 100000) })
	b.Run("sleep/100000", func(b *testing.B) { sleepers(b, 100000) })
	b.Run("sleep/1000000", func(b *testing.B) { sleepers(b, 1000000) })
	b.Run("sleep_again/100000", func(b *testing.B) {
		sleepAll(100000)
		b.ResetTimer()
		sleepers(b, 100000)
	})
}

func timerNewStop(b *testing.B) {
	stopped := 0
	for i := 0; i < b.N; i++ {
		t := time.NewTimer(time.Hour)
		if t.Stop() {
			stopped++
		}
	}
	b.StopTimer()
	expect(b, "timers stopped while armed", stopped, b.N)
}

// timerPaced makes and stops one timer each 10 us: in a tight loop caches and predictors have nothing else to hold.
func timerPaced(b *testing.B) {
	const pace, empties = 10 * time.Microsecond, 1000
	var empty, taken time.Duration
	for i := 0; i < empties; i++ {
		start := time.Now()
		empty += time.Since(start)
	}
	stopped, next := 0, time.Now()
	for i := 0; i < b.N; i++ {
		for time.Now().Before(next) {
		}
		next = time.Now().Add(pace)
		start := time.Now()
		t := time.NewTimer(time.Hour)
		if t.Stop() {
			stopped++
		}
		taken += time.Since(start)
	}
	b.StopTimer()
	b.ReportMetric(float64(taken)/float64(b.N)-float64(empty)/empties, "ns/op")
	expect(b, "timers stopped while armed", stopped, b.N)
}

func timerReset(b *testing.B) {
	t, armed := time.NewTimer(time.Hour), 0
	for i := 0; i < b.N; i++ {
		if t.Reset(time.Hour + time.Duration(i)) {
			armed++
		}
	}
	b.StopTimer()
	t.Stop()
	expect(b, "timers reset while armed", armed, b.N)
}

// timersDue has n timers come due in 10 to 100 ms and call a function: processor time of one.
func timersDue(b *testing.B, n int) {
	rounds := (b.N + n - 1) / n
	var fired atomic.Int64 // each call is a goroutine of its own
	start, startTime := time.Now(), processTime()
	for i := 1; i <= rounds; i++ {
		for j := 0; j < n; j++ {
			time.AfterFunc(scattered(j, 10*time.Millisecond, 100*time.Millisecond), func() { fired.Add(1) })
		}
		for fired.Load() < int64(i*n) {
			time.Sleep(10 * time.Millisecond)
		}
	}
	taken := processTime() - startTime
	perOperation(b, start, rounds*n)
	b.ReportMetric(float64(taken)/float64(rounds*n), "cpu-ns/op")
	expect(b, "timers fired", int(fired.Load()), rounds*n)
}

// scattered spreads times over a range in an order that is the same each time.
func scattered(i int, low, high time.Duration) time.Duration {
	return low + time.Duration(uint64(i)*0x9E3779B97F4A7C15>>1)%(high-low)
}

func sleepers(b *testing.B, n int) {
	rounds := (b.N + n - 1) / n
	start, startTime := time.Now(), processTime()
	for i := 0; i < rounds; i++ {
		sleepAll(n)
	}
	taken := processTime() - startTime
	perOperation(b, start, rounds*n)
	b.ReportMetric(float64(taken)/float64(rounds*n), "cpu-ns/op")
}

func sleepAll(n int) {
	var group sync.WaitGroup
	group.Add(n)
	for j := 0; j < n; j++ {
		duration := scattered(j, 10*time.Millisecond, 100*time.Millisecond)
		go func() {
			time.Sleep(duration)
			group.Done()
		}()
	}
	group.Wait()
}
