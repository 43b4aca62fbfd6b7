// Twin runs one Go twin of a pair under the load that leaklab asks for, and is measured by it like any
// case: `twin case ID VARIANT`, with the gauges of harness/probe/gauges.h at descriptor 3. `twin version`
// says which Go it was built with, `twin list` which pairs it has, and `twin look` lets leak detectors look
// at one (look.go).
//
// Go has no virtual clock, so warm-up and settle take real time, and no more of it than a client's
// patience and a moment. What is alive is runtime.NumGoroutine. Heap bytes at the moments that are
// judged are taken after a collection; in between they include what is not collected yet, as does the
// resident memory always.
package main

import (
	"context"
	"fmt"
	"math/rand"
	"os"
	"runtime"
	"runtime/metrics"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"

	"leaklab/bench/pairs"
)

const (
	moment        = 100 * time.Millisecond
	publishPeriod = 10 * time.Millisecond
)

type lab struct {
	gauges   *gauges
	handler  func(context.Context)
	patience time.Duration
	latency  sync.Mutex      // guards the gauges' latencies
	old      map[uint64]bool // goroutines of before load
}

func (l *lab) serve() {
	ctx, cancel := context.WithTimeout(context.Background(), l.patience)
	defer cancel()
	l.handler(ctx)
}

func (l *lab) serveCounted(intended time.Time) {
	began := time.Now()
	l.serve()
	took := latency{max(0, int64(began.Sub(intended))), int64(time.Since(began))}
	atomic.AddUint64(&l.gauges.progress.finished, 1)
	l.latency.Lock()
	defer l.latency.Unlock()
	l.gauges.addLatency(took)
}

// offer sends requests on schedule, whatever becomes of them, until there were as many or it took as
// long as wanted (0: no limit). After the first quarter it stands still once, where standStill is not nil.
func (l *lab) offer(requests uint64, duration time.Duration, send func(due time.Time), standStill func()) {
	s := l.gauges.settings
	random := rand.New(rand.NewSource(int64(s.seed)))
	start := time.Now()
	at, first := 0.0, 0.0 // seconds from the start to the next arrival, and to the first
	if standStill != nil {
		first = float64(s.firstArrival) / 1e9
	}
	for n := uint64(0); requests == 0 || n < requests; n++ {
		passed := time.Since(start)
		if standStill != nil && (requests > 0 && n >= (requests+3)/4 || duration > 0 && passed >= duration/4) {
			from := time.Now()
			standStill()
			start = start.Add(time.Since(from))
			standStill = nil
		}
		due := time.Now()
		if s.rate > 0 {
			if s.arrivals == 0 {
				at = first + float64(n)/s.rate
			} else {
				at += random.ExpFloat64() / s.rate
			}
			due = start.Add(time.Duration(at * float64(time.Second)))
		}
		if duration > 0 && due.Sub(start) >= duration {
			return
		}
		if wait := time.Until(due); wait > 0 {
			time.Sleep(wait)
		} else {
			runtime.Gosched()
		}
		send(due)
	}
}

func (l *lab) enter(phase uint32) {
	var now syscall.Timespec
	const monotonic = 1
	syscall.Syscall(syscall.SYS_CLOCK_GETTIME, monotonic, uintptr(unsafe.Pointer(&now)), 0)
	l.gauges.progress.phaseBegan[phase] = now.Nano()
	atomic.StoreUint32(&l.gauges.progress.phase, phase)
}

var heapFigures = []metrics.Sample{
	{Name: "/memory/classes/heap/objects:bytes"},
	{Name: "/memory/classes/heap/unused:bytes"},
	{Name: "/memory/classes/heap/free:bytes"},
	{Name: "/memory/classes/heap/released:bytes"},
}

// publish brings the gauges up to date, in the words that jemalloc has for these figures.
func (l *lab) publish() {
	metrics.Read(heapFigures)
	var bytes [4]int64
	for i := range bytes {
		bytes[i] = int64(heapFigures[i].Value.Uint64())
	}
	active := bytes[0] + bytes[1]
	l.gauges.progress.heap = heap{bytes[0], active, active + bytes[2], bytes[3]}
	atomic.StoreUint64(&l.gauges.runtime.live, uint64(runtime.NumGoroutine()))
}

func (l *lab) publishForEver() {
	for range time.Tick(publishPeriod) {
		l.publish()
	}
}

func (l *lab) count(at int) {
	runtime.GC()
	l.publish()
	l.gauges.counts[at].tasks =
		uint64(runtime.NumGoroutine()) - uint64(l.gauges.progress.harnessTasks)
	l.gauges.counts[at].heap = l.gauges.progress.heap.allocated
}

// letAllPark waits until the number of goroutines has stood still for a moment.
func (l *lab) letAllPark(most time.Duration) {
	end := time.Now().Add(most)
	for still, last := time.Now(), -1; time.Now().Before(end) && time.Since(still) < moment; {
		if n := runtime.NumGoroutine(); n != last {
			still, last = time.Now(), n
		}
		time.Sleep(time.Millisecond)
	}
}

// letReturn waits for all who return, no longer than their clients do.
func (l *lab) letReturn() {
	p := l.gauges.progress
	end := time.Now().Add(l.patience + moment)
	for atomic.LoadUint64(&p.finished) < atomic.LoadUint64(&p.sent) && time.Now().Before(end) {
		time.Sleep(time.Millisecond)
	}
	l.letAllPark(time.Second)
}

func (l *lab) runPhases() {
	p, s := l.gauges.progress, l.gauges.settings
	l.enter(phaseWarmUp)
	l.offer(s.warmUp, 0, func(time.Time) { go l.serve() }, nil)
	time.Sleep(l.patience)
	l.letAllPark(time.Second)

	l.enter(phaseBaseline)
	time.Sleep(time.Duration(s.baseline))
	l.old = map[uint64]bool{}
	for _, g := range goroutines() {
		l.old[g.id] = true
		l.gauges.counts[momentBaseline].waiting[g.reason]++
	}
	l.count(momentBaseline)
	l.gauges.endPhase()

	l.enter(phaseLoad)
	send := func(due time.Time) {
		atomic.AddUint64(&p.sent, 1)
		go l.serveCounted(due)
	}
	var standStill func()
	if s.memoryLimit == 0 {
		standStill = func() {
			from := time.Now()
			l.letReturn()
			l.count(momentHeld) // collected, as at the end of load
			l.gauges.endPhase()
			*l.gauges.paused = int64(time.Since(from))
		}
	}
	l.offer(s.requests, time.Duration(s.duration), send, standStill)

	l.enter(phaseDrain)
	l.letReturn()
	l.count(momentHeld)
	l.gauges.endPhase()

	l.enter(phaseSettle)
	time.Sleep(l.patience)
	l.letAllPark(time.Second)
	l.count(momentLeft)
	l.gauges.endPhase()
	l.tellWhoIsLeft() // after the look: the dump takes memory
	l.enter(phaseDone)
}

func (l *lab) tellWhoIsLeft() {
	all := goroutines()
	left := &l.gauges.counts[momentLeft]
	left.waiting = l.gauges.counts[momentBaseline].waiting
	for _, g := range all {
		if !l.old[g.id] {
			left.waiting[g.reason]++
		}
	}
	l.gauges.parked.collect(all, l.old)
}

// dieWithParent: no case outlives the meter.
func dieWithParent() {
	const setDeathSignal = 1
	syscall.RawSyscall(syscall.SYS_PRCTL, setDeathSignal, uintptr(syscall.SIGKILL), 0)
}

func main() {
	if len(os.Args) == 2 && os.Args[1] == "version" {
		fmt.Println(runtime.Version())
		return
	}
	if len(os.Args) == 2 && os.Args[1] == "list" {
		for id := range pairs.All {
			fmt.Println(id)
		}
		return
	}
	if len(os.Args) == 6 && os.Args[1] == "look" {
		dieWithParent()
		if err := look(os.Args[2:]); err != nil {
			fmt.Fprintln(os.Stderr, "twin:", err)
			os.Exit(2)
		}
		return
	}
	if len(os.Args) != 4 || os.Args[1] != "case" {
		fmt.Fprintln(os.Stderr, "usage: twin case ID leak|fix, twin version, or twin list")
		os.Exit(2)
	}
	pair, ok := pairs.All[os.Args[2]]
	if !ok {
		fmt.Fprintf(os.Stderr, "twin: no Go twin of %s\n", os.Args[2])
		os.Exit(2)
	}
	dieWithParent()
	g, err := openGauges()
	if err == nil && g.settings.joinsGroup != 0 {
		err = g.joinGroup()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "twin:", err)
		os.Exit(2)
	}
	l := &lab{gauges: g, handler: pair.Leak, patience: time.Duration(g.settings.patience)}
	if os.Args[3] == "fix" {
		l.handler = pair.Fix
	}
	g.progress.harnessTasks = 2 // this one and the publisher
	go l.publishForEver()
	l.runPhases()
}
