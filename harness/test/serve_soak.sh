#!/bin/sh
# A soak: a fix under half of its maximal rate, for ten minutes (SECONDS_OF_LOAD sets how long). It
# ends where it began: tasks, channels, contexts, timers and connections exactly, heap to a kilobyte,
# the resident set within 1 MiB. PAIR sets which; not part of `make test`.
. "$(dirname "$0")/serve.sh"
need curl curl wrk wrk
seconds=${SECONDS_OF_LOAD:-600} pair=${PAIR:-worker_loop}

figures() {
    for name in leaklab_tasks leaklab_channels leaklab_contexts leaklab_timers leaklab_deadlines \
        leaklab_http_connections leaklab_heap_allocated_bytes process_resident_memory_bytes; do
        echo "$name $(metric soak $name)"
    done
}

rate() {
    sed -n 's/^Requests\/sec: *\([0-9]*\).*/\1/p' "$folder/wrk"
}

serve soak "$pair" --variant fix
wrk -t2 -c100 -d5s "$(url soak)/work" >"$folder/wrk"
most=$(rate)
# Each of 100 connections waits for whole milliseconds between its requests: as long as all together
# make about half of it, which depends on how long the answers take.
wait=$((200000 / most))
while :; do
    echo "function delay() return $wait end" >"$folder/wait.lua"
    wrk -t2 -c100 -d5s -s "$folder/wait.lua" "$(url soak)/work" >"$folder/wrk" # as it will be
    [ "$wait" -gt 0 ] && [ $((100 * $(rate))) -lt $((45 * most)) ] || break
    wait=$((wait - 1))
done
await "the baseline" is soak leaklab_http_connections 1
figures >"$folder/before"
wrk -t2 -c100 "-d${seconds}s" -s "$folder/wait.lua" "$(url soak)/work" >"$folder/wrk"
echo "$pair: $(rate) requests a second of at most $most, for $seconds s"
if grep -E 'Non-2xx|Socket errors' "$folder/wrk"; then
    fail "there were errors"
fi
await "the end of the connections" is soak leaklab_http_connections 1
await "the last tasks" is soak leaklab_tasks 1
sleep 2 # cached stacks go back half a second after the load
figures >"$folder/after"
paste "$folder/before" "$folder/after" | awk '
    { printf "%-32s %12d %12d  %+d\n", $1, $2, $4, $4 - $2 }
    { most = 0 }
    /heap_allocated/ { most = 1024 }
    /resident/ { most = 1048576 }
    $4 - $2 > most || ($4 < $2 && !most) { bad = bad " " $1 }
    END { if (bad) { print "not where it began:" bad; exit 1 } }' || fail "the soak left something behind"
end soak
[ "$status" = 0 ] || fail "$(cat "$folder/soak.err")"
