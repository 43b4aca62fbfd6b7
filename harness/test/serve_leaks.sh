#!/bin/sh
# leaklab watch and explain on a real Go server with a dozen leaks of different kinds: each growing line is named, as the
# program's own, and nothing else is.
. "$(dirname "$0")/serve.sh"
need go golang-go curl curl
cat >"$folder/server.go" <<'END'
package main

import (
	"context"
	"io"
	"net"
	"net/http"
	_ "net/http/pprof"
	"os"
	"runtime/pprof"
	"sync"
	"time"
)

type pool struct{ slots chan int }

func (p *pool) take() int { return <-p.slots }

type cell[T any] struct{ news chan T }

func (c *cell[T]) wait() T { return <-c.news }

type table struct {
	mu sync.Mutex
	rw sync.RWMutex
}

func (t *table) lockKept()  { t.mu.Lock() }
func (t *table) readKept()  { t.rw.RLock() }
func (t *table) writeKept() { t.rw.Lock() }

var (
	kept   = &table{}
	empty  = &pool{make(chan int)}
	silent net.Listener
	bell   = sync.NewCond(&sync.Mutex{})
)

func sendLost(result chan int)        { result <- 1 }
func receiveLost(result chan int)     { <-result }
func selectLost(a, b chan int)        { select { case <-a: case <-b: } }
func nilLost()                        { var never chan int; <-never }
func groupLost(all *sync.WaitGroup)   { all.Wait() }
func bellLost()                       { bell.L.Lock(); bell.Wait() }
func sleepLost()                      { for { time.Sleep(time.Hour) } }
func contextLost(ctx context.Context) { <-ctx.Done() }
func labelLost(done chan int)         { pprof.Do(context.Background(), pprof.Labels("tenant", "7"), func(context.Context) { <-done }) }
func poolLost()                       { empty.take() }
func genericLost()                    { (&cell[string]{make(chan string)}).wait() }
func networkLost() {
	c, err := net.Dial("tcp", silent.Addr().String())
	if err == nil {
		io.ReadAll(c)
	}
}

func leakOnce() {
	ctx, _ := context.WithCancel(context.Background())
	all := &sync.WaitGroup{}
	all.Add(1)
	go sendLost(make(chan int))
	go receiveLost(make(chan int))
	go selectLost(make(chan int), make(chan int))
	go nilLost()
	go groupLost(all)
	go bellLost()
	go sleepLost()
	go contextLost(ctx)
	go labelLost(make(chan int))
	go poolLost()
	go genericLost()
	go networkLost()
	go kept.lockKept()
	go kept.writeKept()
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	silent, _ = net.Listen("tcp", "127.0.0.1:0")
	kept.mu.Lock()
	kept.rw.RLock()
	var leaks sync.Mutex
	http.HandleFunc("/leak", func(w http.ResponseWriter, r *http.Request) {
		leaks.Lock()
		defer leaks.Unlock()
		leakOnce()
	})
	os.WriteFile(os.Args[1], []byte("http://"+listener.Addr().String()), 0o600)
	http.Serve(listener, nil)
}
END
GOTOOLCHAIN=local GOCACHE="${GOCACHE:-$(go env GOCACHE)}" go build -o "$folder/server" "$folder/server.go"
"$folder/server" "$folder/go.url" &
started="$started $!"
await "the Go server" test -s "$folder/go.url"

# One look after another, each after three more requests: no clock decides.
for look in 1 2 3 4 5 6; do
    for _ in 1 2 3; do
        curl -sS --noproxy '*' "$(url go)/leak" -o /dev/null
    done
    for form in 'debug=1' 'debug=2' 'debug=0'; do
        curl -sS --noproxy '*' "$(url go)/debug/pprof/goroutine?$form" -o "$folder/$form.$look"
    done
done

for form in 'debug=1' 'debug=2' 'debug=0'; do
    "$LEAKLAB" explain --interval 1min --json "$folder/$form".? >"$folder/json"
    "$LEAKLAB" explain --interval 1min "$folder/$form".? >"$folder/words"
    for line in sendLost receiveLost selectLost nilLost groupLost bellLost sleepLost contextLost 'labelLost' \
        '(\*pool).take' '(\*cell\[.*\]).wait' networkLost '(\*table).lockKept' '(\*table).writeKept'; do
        grep -q "\"place\": \"main.$line[ .]" "$folder/json" || fail "$form: main.$line is not named: $(cat "$folder/words")"
    done
    # All that grows is main's own, and there are fourteen of it.
    grew=$(grep -B 6 '"grows": true' "$folder/json" | grep '"place":')
    others=$(echo "$grew" | grep -v '"place": "main\.') && fail "$form: grows, too: $others"
    [ "$(echo "$grew" | wc -l)" -eq 14 ] || fail "$form: not fourteen lines: $grew"
done
"$LEAKLAB" explain --interval 1min "$folder/debug=2".? >"$folder/words"
grep -q '^  +3 a minute' "$folder/words" || fail "the rate is not three a minute: $(cat "$folder/words")"
echo "fourteen leaks of a Go server are named in each of its three forms"
