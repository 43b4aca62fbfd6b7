#!/bin/sh
# wrk: a hundred connections as fast as they go. The fix serves without an error, its memory flat; the
# leak grows by a task a request. SECONDS_OF_LOAD sets how long, at most: it may be less than a machine
# needs to say anything, so more of it is given until there were a thousand requests.
. "$(dirname "$0")/serve.sh"
need curl curl wrk wrk
seconds=${SECONDS_OF_LOAD:-1}

# load NAME: until there were a thousand requests more.
load() {
    wanted=$(($(metric "$1" leaklab_work_duration_seconds_count) + 1000))
    while
        wrk -t2 -c100 --timeout 200s -d"${seconds}s" "$(url "$1")/work" >"$folder/wrk" 2>&1 ||
            fail "wrk: $(cat "$folder/wrk")"
        if grep -E 'Non-2xx|Socket errors' "$folder/wrk"; then
            fail "$1 made errors"
        fi
        await "the end of the connections" is "$1" leaklab_http_connections 1
        [ "$(metric "$1" leaklab_work_duration_seconds_count)" -lt "$wanted" ]
    do :; done
}

serve fix channel_receive --variant fix
load fix # connections, caches, stacks
await "the baseline" is fix leaklab_tasks 1
resident=$(metric fix process_resident_memory_bytes)
load fix
sed -n 's/^Requests\/sec: */fix: requests a second: /p' "$folder/wrk"
await "the baseline" is fix leaklab_tasks 1
grown=$(($(metric fix process_resident_memory_bytes) - resident))
echo "fix: resident set grown by $grown bytes"
# A hundred clients at once, of whom there were fewer before, have two tasks each, of two pages at most.
[ "$grown" -lt $((100 * 2 * 2 * 4096)) ] || [ -n "${INSTRUMENTED:-}" ] || fail "the fix grew by $grown bytes"
end fix
[ "$status" = 0 ] || fail "the fix left something behind: $(cat "$folder/fix.err")"

serve leak channel_receive --variant leak
load leak
served=$(curl -sS --noproxy '*' "$(url leak)/metrics" |
    awk '/^leaklab_work_requests_total/ { n += $NF } END { print n }') # some of them have left
[ "$(metric leak leaklab_tasks)" = $((served + 1)) ] || fail "not one task a request is left"
end leak
[ "$status" = 1 ] || fail "the leak left nothing behind"
