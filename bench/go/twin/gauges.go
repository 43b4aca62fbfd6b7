package main

import (
	"fmt"
	"os"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"
)

// The page that the meter looks at: harness/probe/gauges.h, field by field.

const (
	gaugesFD, streamFD = 3, 4
	groupFD            = 5
	layout             = 6
	pageSize           = 4096
	latencyRing        = 1 << 15
	takeLatencies      = 'l'
	phases             = 7
	moments            = 3
	countedReasons     = 16
	parkedGroups       = 16
	waitReasons        = 16
	plainCounts        = 25
)

const (
	phaseStart = iota
	phaseWarmUp
	phaseBaseline
	phaseLoad
	phaseDrain
	phaseSettle
	phaseDone
)

const (
	momentBaseline = iota
	momentHeld
	momentLeft
)

type taskStats struct {
	live, spawned, finished, refused uint64
	waiting                          [waitReasons]uint64
	timers, armed                    uint64
	channels, contexts               uint64
	stacksReserved, stacksUsed       uint64
}

type settings struct {
	layout, virtualClock, arrivals, joinsGroup uint32
	rate                                       float64
	requests                                   uint64
	duration                                   int64
	warmUp                                     uint64
	baseline, patience, settle                 int64
	seed, stackBytes                           uint64
	looksPerSecond                             float64
	memoryLimit                                uint64
	recover, hibernate, firstArrival           int64
}

// Of one request that has returned, in nanoseconds: how late it began, and what it took from there on.
type latency struct {
	late, service int64
}

// Of struct progress, behind what only cases in C have.
const pausedAt = 8192 + 952

type heap struct {
	allocated, active, resident, retained int64
}

type progress struct {
	phase, harnessTasks     uint32
	phaseBegan              [phases]int64
	sent, finished, refused uint64
	heap                    heap
	error                   [256]byte
}

type counts struct {
	tasks                      uint64
	waiting                    [countedReasons]uint64
	timers, channels, contexts uint64
	heap                       int64
	plain                      [plainCounts]uint64 // of cases of plain C
}

type parkedGroup struct {
	count                             uint64
	reason, keptAwake, line, madeLine uint32
	file                              [120]byte
	function                          [80]byte
	madeFile                          [120]byte
	madeFunction                      [80]byte
}

type parked struct {
	length, omitted uint64
	groups          [parkedGroups]parkedGroup
}

type gauges struct {
	runtime  *taskStats
	settings *settings
	progress *progress
	counts   *[moments]counts // of load
	parked   *parked
	written  *uint64 // latencies, ever
	taken    *uint64
	ring     *[latencyRing]latency
	paused   *int64 // of load, for the look after its first quarter
}

const gaugesSize = 577536

func openGauges() (*gauges, error) {
	page, err := syscall.Mmap(gaugesFD, 0, gaugesSize, syscall.PROT_READ|syscall.PROT_WRITE,
		syscall.MAP_SHARED|syscall.MAP_POPULATE)
	if err != nil {
		return nil, fmt.Errorf("this is started by `leaklab run --twin go`, not by hand: "+
			"no gauges at descriptor %d: %w", gaugesFD, err)
	}
	at := func(n int) unsafe.Pointer { return unsafe.Pointer(&page[n*pageSize]) }
	g := &gauges{
		runtime:  (*taskStats)(at(0)),
		settings: (*settings)(at(1)),
		progress: (*progress)(at(2)),
		counts:   (*[moments]counts)(at(4)),
		parked:   (*parked)(at(6)),
		written:  (*uint64)(at(12)),
		taken:    (*uint64)(unsafe.Pointer(&page[12*pageSize+2048])),
		ring:     (*[latencyRing]latency)(at(13)),
		paused:   (*int64)(unsafe.Pointer(&page[pausedAt])),
	}
	if g.settings.layout != layout {
		return nil, fmt.Errorf("the gauges have layout %d, and this program knows %d: "+
			"build both anew", g.settings.layout, layout)
	}
	return g, nil
}

// joinGroup joins the memory cgroup that the meter has made. What is written to by now is charged to
// the meter's own, so the program begins once more.
func (g *gauges) joinGroup() error {
	if _, err := syscall.Write(groupFD, []byte("0")); err != nil {
		return fmt.Errorf("can not join the memory cgroup: %w", err)
	}
	g.settings.joinsGroup = 0
	err := syscall.Exec("/proc/self/exe", os.Args, os.Environ())
	return fmt.Errorf("can not begin within the memory cgroup: %w", err)
}

// askToTake tells the meter that there are latencies to take.
func (g *gauges) askToTake() {
	if n, err := syscall.Write(streamFD, []byte{takeLatencies}); n != 1 || err != nil {
		os.Exit(1) // nobody is interested any more
	}
}

// addLatency appends one. Where the meter does not keep up it waits rather than lose one.
func (g *gauges) addLatency(l latency) {
	for *g.written-atomic.LoadUint64(g.taken) >= latencyRing {
		g.askToTake()
		time.Sleep(100 * time.Microsecond)
	}
	g.ring[*g.written%latencyRing] = l
	atomic.StoreUint64(g.written, *g.written+1)
	if *g.written%(latencyRing/2) == 0 {
		g.askToTake()
	}
}

// endPhase tells the meter that a phase is over, and waits until it has had its look.
func (g *gauges) endPhase() {
	phase := []byte{byte(g.progress.phase)}
	if n, err := syscall.Write(streamFD, phase); n != 1 || err != nil {
		os.Exit(1) // nobody is interested any more
	}
	for {
		n, err := syscall.Read(streamFD, phase)
		if err == syscall.EINTR {
			continue
		}
		if n != 1 || err != nil {
			os.Exit(1)
		}
		return
	}
}

func put(field []byte, text string) {
	copy(field[:len(field)-1], text)
}
