#!/bin/sh
# wrk: a hundred connections as fast as they go. The fix serves without an error, its memory flat; the
# leak grows by a task a request. SECONDS_OF_LOAD sets how long.
. "$(dirname "$0")/serve.sh"
need curl curl wrk wrk
seconds=${SECONDS_OF_LOAD:-3}

load() {
    wrk -t2 -c100 -d"$1s" "$(url "$2")/work" >"$folder/wrk" 2>&1 || fail "wrk: $(cat "$folder/wrk")"
    if grep -E 'Non-2xx|Socket errors' "$folder/wrk"; then
        fail "$2 made errors"
    fi
}

serve fix channel_receive --variant fix
load 1 fix # connections, caches, stacks
await "the baseline" is fix leaklab_tasks 1
await "the end of the connections" is fix leaklab_http_connections 1
resident=$(metric fix process_resident_memory_bytes)
load "$seconds" fix
sed -n 's/^Requests\/sec: */fix: requests a second: /p' "$folder/wrk"
await "the baseline" is fix leaklab_tasks 1
grown=$(($(metric fix process_resident_memory_bytes) - resident))
echo "fix: resident set grown by $grown bytes"
[ "$grown" -lt 1048576 ] || [ -n "${INSTRUMENTED:-}" ] || fail "the fix grew by $grown bytes"
end fix
[ "$status" = 0 ] || fail "the fix left something behind: $(cat "$folder/fix.err")"

serve leak channel_receive --variant leak
load 1 leak
served=$(metric leak 'leaklab_work_requests_total{outcome="ok"}')
[ "$(metric leak leaklab_tasks)" = $((served + 1)) ] || fail "not one task a request is left"
[ "$served" -gt 100 ] || fail "only $served requests"
end leak
[ "$status" = 1 ] || fail "the leak left nothing behind"
