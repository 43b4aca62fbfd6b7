// Package bench holds the Go twins of leaklab's benchmarks.
//
// Each benchmark here does what its namesake in bench/*.c does, as a Go user would write it; what
// is counted is said there. `make bench-go` runs both in turn.
package bench

import (
	"fmt"
	"os"
	"runtime"
	"sync"
	"testing"
	"time"
)

// TestMain says which Go it is, for the record.
func TestMain(m *testing.M) {
	fmt.Printf("\ngo: %s\n", runtime.Version())
	os.Exit(m.Run())
}

func BenchmarkMicro(b *testing.B) {
	b.Run("spawn", spawn)
	b.Run("spawn_parked/1000", func(b *testing.B) { spawnParked(b, 1000) })
	b.Run("yield", yield)
	b.Run("ring/1000", func(b *testing.B) { ring(b, 1000) })
	b.Run("ping_pong", pingPong)
	b.Run("one_way/0", func(b *testing.B) { oneWay(b, 0) })
	b.Run("one_way/1", func(b *testing.B) { oneWay(b, 1) })
	b.Run("one_way/128", func(b *testing.B) { oneWay(b, 128) })
	b.Run("select/ready/2", selectReady)
	b.Run("select/blocked/2", selectBlocked)
	benchWideSelects(b)
	b.Run("wait_group/wait/1000", func(b *testing.B) { waitForAll(b, 1000) })
	benchItems(b)
	benchLocks(b)
	benchTimers(b)
	b.Run("park/1000000", func(b *testing.B) { park(b, 1000000) })
	b.Run("dump/first/text/1000000", func(b *testing.B) { firstDump(b, 1000000) })
}

// expect fails the benchmark where a count is not what the work must have made it.
func expect(b *testing.B, what string, counted, expected int) {
	if counted != expected {
		b.Fatalf("%s: %d instead of %d", what, counted, expected)
	}
}

func spawn(b *testing.B) {
	var group sync.WaitGroup
	ended := 0
	for i := 0; i < b.N; i++ {
		group.Add(1)
		go func() {
			ended++
			group.Done()
		}()
		group.Wait()
	}
	b.StopTimer()
	expect(b, "goroutines that ran", ended, b.N)
}

func spawnParked(b *testing.B, n int) {
	rounds, closed, all := (b.N+n-1)/n, make([]bool, n), 0
	start := time.Now()
	for i := 0; i < rounds; i++ {
		var group sync.WaitGroup
		group.Add(n)
		gate := make(chan struct{})
		for j := 0; j < n; j++ {
			j := j
			go func() {
				_, ok := <-gate
				closed[j] = !ok
				group.Done()
			}()
		}
		runtime.Gosched() // all of them park
		close(gate)
		group.Wait()
		for j := range closed {
			if closed[j] {
				all++
			}
			closed[j] = false
		}
	}
	perOperation(b, start, rounds*n)
	expect(b, "goroutines woken by the close", all, rounds*n)
}

// perOperation puts right the time of a benchmark that did more operations than b.N.
func perOperation(b *testing.B, start time.Time, operations int) {
	b.StopTimer()
	b.ReportMetric(float64(time.Since(start).Nanoseconds())/float64(operations), "ns/op")
}

func yield(b *testing.B) {
	turns, mine, others := (b.N+1)/2, 0, 0
	done := make(chan bool)
	go func() {
		for others < turns {
			others++
			runtime.Gosched()
		}
		close(done)
	}()
	for mine < turns {
		mine++
		runtime.Gosched()
	}
	b.StopTimer()
	<-done
	expect(b, "yields", mine+others, 2*turns)
}

func ring(b *testing.B, n int) {
	hops, over := 0, false
	var others sync.WaitGroup
	others.Add(n - 1)
	for i := 1; i < n; i++ {
		go func() {
			for !over { // one at a time: GOMAXPROCS=1
				hops++
				runtime.Gosched()
			}
			others.Done()
		}()
	}
	laps := (b.N + n - 1) / n
	runtime.Gosched()
	hops = 0
	start := time.Now()
	for i := 0; i < laps; i++ {
		hops++
		runtime.Gosched()
	}
	perOperation(b, start, hops) // the scheduler now and then takes one out of turn
	over = true
	others.Wait()
	if hops < laps*n/2 {
		b.Fatalf("%d hops in %d laps", hops, laps)
	}
}

func pingPong(b *testing.B) {
	there, back := make(chan int), make(chan int)
	go func() {
		for value := range there {
			back <- value
		}
		close(back)
	}()
	sum := 0
	for i := 0; i < b.N; i++ {
		there <- i
		sum += <-back
	}
	b.StopTimer()
	close(there)
	<-back
	expect(b, "sum of what came back", sum, b.N*(b.N-1)/2)
}

func oneWay(b *testing.B, capacity int) {
	items := make(chan int, capacity)
	go func() {
		for i := 0; i < b.N; i++ {
			items <- i
		}
		close(items)
	}()
	sum := 0
	for value := range items {
		sum += value
	}
	b.StopTimer()
	expect(b, "sum of what arrived", sum, b.N*(b.N-1)/2)
}

func selectReady(b *testing.B) {
	first, second := make(chan int, 1), make(chan int, 1)
	sum := 0
	for i := 0; i < b.N; i++ {
		if i%2 == 0 {
			first <- i
		} else {
			second <- i
		}
		select {
		case value := <-first:
			sum += value
		case value := <-second:
			sum += value
		}
	}
	b.StopTimer()
	expect(b, "sum of what was selected", sum, b.N*(b.N-1)/2)
}

// side is one of two that take turns: it waits on two channels and sends into the other's.
type side struct{ first, second chan int }

func (s side) wait() int {
	select {
	case value := <-s.first:
		return value
	case value := <-s.second:
		return value
	}
}

func (s side) send(i int) {
	if i%2 == 0 {
		s.first <- i
	} else {
		s.second <- i
	}
}

func selectBlocked(b *testing.B) {
	here := side{make(chan int), make(chan int)}
	there := side{make(chan int), make(chan int)}
	turns := (b.N + 1) / 2 // of two selects each
	sums := make(chan int)
	go func() {
		sum := 0
		for i := 0; i < turns; i++ {
			value := there.wait()
			sum += value
			here.send(value)
		}
		sums <- sum
	}()
	runtime.Gosched() // the other side parks first
	sum := 0
	for i := 0; i < turns; i++ {
		there.send(i)
		sum += here.wait()
	}
	b.StopTimer()
	expect(b, "sum of what was selected", sum+<-sums, turns*(turns-1))
}

func waitForAll(b *testing.B, n int) {
	rounds, done, all := (b.N+n-1)/n, make([]int, n), 0
	start := time.Now()
	for i := 0; i < rounds; i++ {
		var group sync.WaitGroup
		group.Add(n)
		for j := 0; j < n; j++ {
			go func() {
				done[j]++
				group.Done()
			}()
		}
		group.Wait()
	}
	perOperation(b, start, rounds*n)
	for _, times := range done {
		all += times
	}
	expect(b, "goroutines that said done", all, rounds*n)
}
