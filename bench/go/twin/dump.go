package main

import (
	"bytes"
	"runtime"
	"sort"
	"strconv"
	"strings"
)

// Wait reasons in the order of harness/task/wait_reason.h. Go has the same words, but for those that
// older versions have for a wait group.
var reasons = [waitReasons]string{
	"running", "chan receive", "chan send", "chan receive (nil chan)", "chan send (nil chan)",
	"select", "select (no cases)", "sleep", "sync.WaitGroup.Wait", "sync.Mutex.Lock",
	"sync.RWMutex.RLock", "sync.RWMutex.Lock", "sync.Cond.Wait", "IO wait",
	"semacquire", "leaked, can not be ended",
}

func reasonOf(text string) uint32 {
	if text == "semacquire" {
		text = "sync.WaitGroup.Wait"
	}
	for i, reason := range reasons {
		if reason == text {
			return uint32(i)
		}
	}
	return 0
}

type place struct {
	function, file string
	line           uint32
}

type goroutine struct {
	id         uint64
	reason     uint32
	at, madeAt place
}

// goroutines returns all of them, from the dump that Go makes of itself.
func goroutines() []goroutine {
	buffer := make([]byte, 64<<10)
	for n := runtime.Stack(buffer, true); ; n = runtime.Stack(buffer, true) {
		if n < len(buffer) {
			buffer = buffer[:n]
			break
		}
		buffer = make([]byte, 2*len(buffer))
	}
	var all []goroutine
	for _, block := range bytes.Split(buffer, []byte("\n\n")) {
		if g, ok := parse(string(block)); ok {
			all = append(all, g)
		}
	}
	return all
}

// parse reads one block: a head, `goroutine 18 [chan receive, 5 minutes]:`, then two lines a frame.
func parse(block string) (g goroutine, ok bool) {
	lines := strings.Split(block, "\n")
	var head string
	if head, ok = cut(lines[0], "goroutine ", " ["); !ok {
		return g, false
	}
	id, err := strconv.ParseUint(head, 10, 64)
	if err != nil {
		return g, false
	}
	reason, _ := cut(lines[0], " [", "]:")
	g.id, g.reason = id, reasonOf(strings.Split(reason, ", ")[0])
	for i := 1; i+1 < len(lines); i += 2 {
		made := strings.HasPrefix(lines[i], "created by ")
		function := strings.TrimPrefix(lines[i], "created by ")
		function = strings.Split(function, " in goroutine ")[0]
		if i := strings.LastIndexByte(function, '('); !made && i > 0 {
			function = function[:i]
		}
		if made {
			g.madeAt = placeOf(function, lines[i+1])
		} else if g.at.function == "" && strings.HasPrefix(function, module) {
			g.at = placeOf(function, lines[i+1])
		}
	}
	return g, true
}

const module = "leaklab/bench/"

// placeOf reads `<tab>file:line +0x1d`, and names files from the project's root.
func placeOf(function, line string) place {
	where := strings.Split(strings.TrimSpace(line), " ")[0]
	colon := strings.LastIndexByte(where, ':')
	if colon < 0 {
		return place{function: function}
	}
	n, _ := strconv.ParseUint(where[colon+1:], 10, 32)
	file := where[:colon]
	if i := strings.Index(file, module); i >= 0 {
		file = "bench/go/" + file[i+len(module):]
	}
	return place{strings.TrimPrefix(function, module), file, uint32(n)}
}

func cut(text, before, after string) (string, bool) {
	_, text, ok := strings.Cut(text, before)
	if !ok {
		return "", false
	}
	text, _, ok = strings.Cut(text, after)
	return text, ok
}

// collect fills in who is parked where, those in old left out, by place: most goroutines first.
func (p *parked) collect(all []goroutine, old map[uint64]bool) {
	type key struct {
		reason     uint32
		at, madeAt place
	}
	groups := map[key]uint64{}
	for _, g := range all {
		if g.at.function != "" && g.reason != 0 && !old[g.id] {
			groups[key{g.reason, g.at, g.madeAt}]++
		}
	}
	keys := make([]key, 0, len(groups))
	for k := range groups {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool { return groups[keys[i]] > groups[keys[j]] })
	for i, k := range keys {
		if i >= parkedGroups {
			p.omitted += groups[k]
			continue
		}
		row := &p.groups[i]
		row.count, row.reason = groups[k], k.reason
		row.line, row.madeLine = k.at.line, k.madeAt.line
		put(row.file[:], k.at.file)
		put(row.function[:], k.at.function)
		put(row.madeFile[:], k.madeAt.file)
		put(row.madeFunction[:], k.madeAt.function)
		p.length = uint64(i + 1)
	}
}
