#!/bin/sh
# Instructions of one operation: instructions.sh BENCHMARKS [NAME...]
#
# Each workload is run twice under callgrind, for N and for 2 N operations: the difference is theirs,
# without what starting and registering cost. Run after run it is the same to 1 in 200, however busy
# the machine is; timers to 1 in 50, since how often they read the clock goes by the time.
set -eu

benchmarks=$1
shift
[ $# -gt 0 ] || set -- micro/spawn micro/spawn_parked/1000 micro/wait_group/wait/1000 micro/yield \
    micro/ping_pong micro/one_way/0 micro/one_way/128 micro/select/ready/2 micro/select/blocked/2 \
    micro/context micro/timer/new_stop micro/timer/reset micro/mutex/free micro/mutex/wanted/2
n=20000

counted() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$benchmarks" --no-memory-report \
        --iterations="$2" --benchmark_filter="^$1/iterations:" 2>&1 >/dev/null |
        sed -n 's/^==[0-9]*== Collected : //p'
}

for name; do
    once=$(counted "$name" $n)
    twice=$(counted "$name" $((2 * n)))
    [ -n "$once" ] && [ -n "$twice" ] || {
        echo "instructions.sh: $name did not run under valgrind" >&2
        exit 1
    }
    echo "$name $once $twice" | awk -v n=$n '{ printf "%-30s %8.1f\n", $1, ($3 - $2) / n }'
done
