#!/bin/sh
# leaklab watch: our own service, and, where there is a Go, a real Go server of each kind.
. "$(dirname "$0")/serve.sh"
need curl curl

# watch STATUS LINE WORDS...: comes to end so, with a line that begins so. How many looks that takes
# depends on how busy the machine is: for longer and longer.
watch() {
    wanted=$1 line=$2 duration=1
    shift 2
    while
        status=0
        "$LEAKLAB" watch --interval 50ms --duration "${duration}s" "$@" >"$folder/watch" 2>&1 || status=$?
        [ "$status" != "$wanted" ] || ! grep -q -e "^$line" "$folder/watch"
    do
        duration=$((2 * duration))
        [ "$duration" -lt 100 ] || fail "watch $*: exit $status: $(cat "$folder/watch")"
    done
}

expect() {
    grep -q -e "$1" "$folder/watch" || fail "no '$1' in: $(cat "$folder/watch")"
}

for half in leak fix; do
    serve "$half" channel_close --variant "$half"
    (
        # At a pace, so that growth is even.
        while curl -sS --noproxy '*' "$(url "$half")/work" -o /dev/null; do
            sleep 0.02
        done
    ) 2>/dev/null &
    started="$started $!"
done
endpoint='debug/pprof/goroutine?debug=1'
# A place is sure of its growth later than all tasks together.
watch 1 '    at consume leaks/strategies/channel_close.c:' --url "$(url leak)/$endpoint" \
    --pid "$(cat "$folder/leak.pid")" --memory-limit 1G
expect '^GROWS: there are ever more tasks'
expect '^limit     1.0 GiB is met in'
watch 0 'no growth was seen' --url "$(url fix)/$endpoint" --pid "$(cat "$folder/fix.pid")"
watch 0 'no growth was seen' --url "$(url fix)/debug/pprof/goroutine" # compressed
watch 1 'GROWS: there are ever more tasks' --url "$(url leak)/metrics"
watch 1 '.*/nothing answers 404' --url "$(url fix)/nothing"

command -v go >/dev/null || {
    echo "our own service is watched well; go is not installed (Debian: golang-go), so no Go server was"
    exit 77
}
cat >"$folder/server.go" <<'END'
package main

import (
	"net"
	"net/http"
	_ "net/http/pprof"
	"os"
	"time"
)

func wait(answers chan int, done chan struct{}) {
	select {
	case <-answers:
	case <-done:
	}
}

func main() {
	listener, err := net.Listen("tcp", os.Args[1])
	if err != nil {
		panic(err)
	}
	os.WriteFile(os.Args[2], []byte("http://"+listener.Addr().String()), 0o600)
	go http.Serve(listener, nil)
	for {
		done := make(chan struct{})
		go wait(make(chan int), done)
		if os.Args[3] == "fix" {
			close(done)
		}
		time.Sleep(2 * time.Millisecond)
	}
}
END
GOTOOLCHAIN=local GOCACHE="${GOCACHE:-$(go env GOCACHE)}" go build -o "$folder/server" "$folder/server.go"
for half in leak fix; do
    "$folder/server" 127.0.0.1:0 "$folder/go-$half.url" "$half" &
    started="$started $!"
    echo $! >"$folder/go-$half.pid"
    await "the Go server" test -s "$folder/go-$half.url"
done
watch 1 'GROWS: there are ever more tasks' --url "$(url go-leak)/$endpoint" --pid "$(cat "$folder/go-leak.pid")"
expect '^    at main.wait .*server.go:'
watch 0 'no growth was seen' --url "$(url go-fix)/$endpoint" --pid "$(cat "$folder/go-fix.pid")"

# And as a program that it starts itself, on a port that the first one shows to be free by ending.
kill -KILL "$(cat "$folder/go-fix.pid")"
watch 1 GROWS --url "$(url go-fix)/$endpoint" -- \
    "$folder/server" "$(url go-fix | sed 's|http://||')" "$folder/own.url" leak
expect 'main.wait'
