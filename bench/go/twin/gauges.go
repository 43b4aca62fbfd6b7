package main

import (
	"fmt"
	"os"
	"syscall"
	"unsafe"
)

// The page that the meter looks at: harness/probe/gauges.h, field by field.

const (
	gaugesFD, streamFD = 3, 4
	groupFD            = 5
	layout             = 1
	pageSize           = 4096
	latencyTail        = 512
	phases             = 7
	moments            = 3
	countedReasons     = 16
	parkedGroups       = 16
	waitReasons        = 14
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
}

type heap struct {
	allocated, active, resident, retained int64
}

type progress struct {
	phase, harnessTasks        uint32
	phaseBegan                 [phases]int64
	sent, finished, refused    uint64
	settled                    int64
	heap                       heap
	latencyStored, latencyTail uint64
	error                      [256]byte
}

type counts struct {
	tasks                      uint64
	waiting                    [countedReasons]uint64
	timers, channels, contexts uint64
	heap                       int64
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
	tail     *[latencyTail]int64
	counts   *[moments]counts
	parked   *parked
}

const gaugesSize = 28672

func openGauges() (*gauges, error) {
	page, err := syscall.Mmap(gaugesFD, 0, gaugesSize, syscall.PROT_READ|syscall.PROT_WRITE,
		syscall.MAP_SHARED)
	if err != nil {
		return nil, fmt.Errorf("this is started by `leaklab run --twin go`, not by hand: "+
			"no gauges at descriptor %d: %w", gaugesFD, err)
	}
	at := func(n int) unsafe.Pointer { return unsafe.Pointer(&page[n*pageSize]) }
	g := &gauges{
		runtime:  (*taskStats)(at(0)),
		settings: (*settings)(at(1)),
		progress: (*progress)(at(2)),
		tail:     (*[latencyTail]int64)(at(3)),
		counts:   (*[moments]counts)(at(4)),
		parked:   (*parked)(at(5)),
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

// addLatency appends one; a full tail goes to the end of the file, beyond what is mapped.
func (g *gauges) addLatency(nanoseconds int64) error {
	p := g.progress
	if p.latencyTail == latencyTail {
		bytes := unsafe.Slice((*byte)(unsafe.Pointer(g.tail)), latencyTail*8)
		offset := int64(gaugesSize) + int64(p.latencyStored)*8
		for len(bytes) > 0 {
			n, err := syscall.Pwrite(gaugesFD, bytes, offset)
			if err != nil {
				return err
			}
			bytes, offset = bytes[n:], offset+int64(n)
		}
		p.latencyTail = 0
		p.latencyStored += latencyTail
	}
	g.tail[p.latencyTail] = nanoseconds
	p.latencyTail++
	return nil
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
