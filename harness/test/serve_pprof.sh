#!/bin/sh
# go tool pprof, by URL: the numbers and places of the service, and of both halves on its page.
. "$(dirname "$0")/serve.sh"
need curl curl go golang-go
export PPROF_TMPDIR="$folder" GOTOOLCHAIN=local no_proxy='*'
go tool pprof -h >/dev/null 2>&1 || [ $? = 2 ] || {
    echo "go tool pprof does not run here"
    exit 77
}

top() {
    go tool pprof -top -nodecount=40 "$1" >"$folder/top" 2>"$folder/top.err" ||
        fail "pprof: $(cat "$folder/top.err")"
}

serve leak channel_receive --variant leak
for _ in 1 2 3 4 5; do
    curl -sS --noproxy '*' "$(url leak)/work" >/dev/null
done
top "$(url leak)/debug/pprof/goroutine"
grep -q '^Type: goroutine' "$folder/top" || fail "no goroutine profile: $(cat "$folder/top")"
grep -qE '^ *5 .* pack_order' "$folder/top" || fail "not 5 in pack_order: $(cat "$folder/top")"
# The text that older readers take, too.
top "$(url leak)/debug/pprof/goroutine?debug=1"
grep -qE '^ *5 .* pack_order' "$folder/top" || fail "not 5 in pack_order, by text: $(cat "$folder/top")"
go tool pprof -traces "$(url leak)/debug/pprof/goroutine" >"$folder/traces" 2>/dev/null
grep -q 'pack_order' "$folder/traces" || fail "no trace"
[ "$(curl -sS --noproxy '*' "$(url leak)/debug/pprof/cmdline" | tr '\0' ' ')" = \
    "$LEAKLAB serve --listen 127.0.0.1:0 --client-timeout 1h --deadline 1h channel_receive --variant leak" ] || fail "cmdline"
curl -sS --noproxy '*' "$(url leak)/debug/pprof/goroutine?debug=2" | grep -q '^goroutine [0-9]* \[chan receive' ||
    fail "no goroutine in chan receive"
end leak

# The heap, in jemalloc's format, where jemalloc was built to profile.
export MALLOC_CONF=prof:true,lg_prof_sample:0
serve heap channel_receive --variant leak
unset MALLOC_CONF
code=$(curl -sS --noproxy '*' -o "$folder/heap.prof" -w '%{http_code}' "$(url heap)/debug/pprof/heap")
case $code in
200) head -n 1 "$folder/heap.prof" | grep -q '^heap_v2/' || fail "not jemalloc's format" ;;
501) grep -q 'takes no heap profiles' "$folder/heap.prof" || fail "501 without its reason" ;;
*) fail "/debug/pprof/heap: $code" ;;
esac
end heap
