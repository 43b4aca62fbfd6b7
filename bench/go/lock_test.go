package bench

import (
	"context"
	"runtime"
	"sync"
	"testing"
)

func benchLocks(b *testing.B) {
	b.Run("mutex/free", lockAlone)
	b.Run("mutex/wanted/2", func(b *testing.B) { lockWanted(b, 2) })
	b.Run("mutex/wanted/16", func(b *testing.B) { lockWanted(b, 16) })
	b.Run("context", makeAndCancel)
	b.Run("context/tree/1000", func(b *testing.B) { cancelTree(b, 1000) })
}

func lockAlone(b *testing.B) {
	var mutex sync.Mutex
	for i := 0; i < b.N; i++ {
		mutex.Lock()
		mutex.Unlock() //lint:ignore SA2001 an empty section is what is measured
	}
	b.StopTimer()
	expect(b, "locked at the end", map[bool]int{true: 0, false: 1}[mutex.TryLock()], 0)
}

// lockWanted has n goroutines lock, yield and unlock. A Go mutex is handed over only once somebody has waited for a
// millisecond: until then who runs takes it again, so fewer locks park than in leaklab's, whose next in line gets it.
func lockWanted(b *testing.B, n int) {
	var mutex sync.Mutex
	var group sync.WaitGroup
	each, locks := (b.N+n-1)/n, 0
	group.Add(n)
	for i := 0; i < n; i++ {
		go func() {
			for j := 0; j < each; j++ {
				mutex.Lock()
				runtime.Gosched()
				locks++
				mutex.Unlock()
			}
			group.Done()
		}()
	}
	group.Wait()
	b.StopTimer()
	expect(b, "locks", locks, each*n)
}

func makeAndCancel(b *testing.B) {
	cancelled := 0
	for i := 0; i < b.N; i++ {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if ctx.Err() == context.Canceled {
			cancelled++
		}
	}
	b.StopTimer()
	expect(b, "contexts cancelled", cancelled, b.N)
}

// cancelTree cancels trees of n contexts, each of up to four children; ten thousand contexts are made at a time, while
// the clock stands.
func cancelTree(b *testing.B, n int) {
	const children, contexts = 4, 10000
	count, done, cancelled := contexts/n*n, 0, 0
	all, cancels := make([]context.Context, count), make([]context.CancelFunc, count)
	b.StopTimer()
	for ; done < b.N; done += count {
		for i := range all {
			parent := context.Background()
			if i%n > 0 {
				parent = all[i/n*n+(i%n-1)/children]
			}
			all[i], cancels[i] = context.WithCancel(parent)
			all[i].Done()
			if i%n == n-1 {
				last := all[i]
				go func() { <-last.Done() }()
			}
		}
		runtime.Gosched() // all who wait park
		b.StartTimer()
		for root := 0; root < count; root += n {
			cancels[root]()
		}
		b.StopTimer()
		runtime.Gosched()
		for _, ctx := range all {
			if ctx.Err() == context.Canceled {
				cancelled++
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(done), "ns/op")
	expect(b, "contexts cancelled", cancelled, done)
}
