#!/bin/sh
# Beyond one machine, on one: three network namespaces on a bridge. Two are machines with a service each, a
# leak and its fix; the third scrapes both with Prometheus and sends them load with wrk. The alert comes for
# the leak, and not for the fix. The rules' times are a sixtieth of what they are.
. "$(dirname "$0")/serve.sh"
need curl curl wrk wrk prometheus prometheus ip iproute2
rules=harness/serve/prometheus
mark=ll$$ # names of interfaces are short

tidy_network() {
    tidy_up
    for name in a b c; do
        ip netns delete "$mark$name" 2>/dev/null || true
    done
    ip link delete "$mark" 2>/dev/null || true
}
trap tidy_network EXIT

ip netns add "${mark}a" 2>/dev/null || {
    echo "no network namespace may be made here: that wants root"
    exit 77
}
ip link add "$mark" type bridge 2>"$folder/out" || {
    echo "no bridge may be made here: $(cat "$folder/out")"
    exit 77
}
ip link set "$mark" up
at=1
for name in a b c; do
    [ "$name" = a ] || ip netns add "$mark$name"
    ip link add "$mark$name" type veth peer name eth0 netns "$mark$name"
    ip link set "$mark$name" master "$mark" up
    ip -n "$mark$name" address add "10.99.0.$at/24" dev eth0
    ip -n "$mark$name" link set eth0 up
    ip -n "$mark$name" link set lo up
    at=$((at + 1))
done

# What is put in the background is called without a function: a shell of its own would take the signal.
on() {
    name=$1
    shift
    ip netns exec "$mark$name" "$@"
}

# machine NAME ADDRESS HALF
machine() {
    ip netns exec "$mark$1" "$LEAKLAB" serve channel_receive --variant "$3" --listen "$2:8080" --deadline 1h \
        >"$folder/$1.out" 2>"$folder/$1.err" &
    started="$started $!"
    await "the service of $1" grep -qs /metrics "$folder/$1.out"
}
machine a 10.99.0.1 leak
machine b 10.99.0.2 fix

sed -E 's/\b([0-9]+)m\b/\1s/g' "$rules/leaklab.rules.yml" >"$folder/leaklab.rules.yml"
sed -E 's/_interval: .*/_interval: 200ms/; s/targets: .*/targets: ["10.99.0.1:8080", "10.99.0.2:8080"]/' \
    "$rules/prometheus.yml" >"$folder/prometheus.yml"
ip netns exec "${mark}c" prometheus --config.file="$folder/prometheus.yml" --storage.tsdb.path="$folder/tsdb" \
    --web.listen-address=127.0.0.1:9090 >"$folder/prometheus.log" 2>&1 &
started="$started $!"
await "Prometheus" grep -q 'msg="Listening on"' "$folder/prometheus.log"

# Few at a time, for long: a leak is a growth over time, whatever the rate.
echo 'function delay() return 50 end' >"$folder/wait.lua"
for address in 10.99.0.1 10.99.0.2; do
    ip netns exec "${mark}c" wrk -t1 -c2 -d200s -s "$folder/wait.lua" "http://$address:8080/work" >"$folder/wrk" 2>&1 &
    started="$started $!"
done

alerts() {
    on c curl -sS --noproxy '*' "http://127.0.0.1:9090/api/v1/alerts" | tr '{}' '\n\n' | grep '"alertname":"TasksLeak"'
}
fires() {
    on c curl -sS --noproxy '*' \
        'http://127.0.0.1:9090/api/v1/query?query=ALERTS%7Balertname%3D%22TasksLeak%22,alertstate%3D%22firing%22%7D' |
        grep "$1" >/dev/null
}
had_load() {
    on c curl -sS --noproxy '*' http://10.99.0.2:8080/metrics |
        awk '/^leaklab_work_requests_total\{outcome="ok"\}/ { exit $2 < 50 }'
}
await "the alert for the leak" fires 10.99.0.1:8080
await "the fix's load" had_load
alerts | grep -q 10.99.0.2 && fail "the fix is alerted too"
echo "three namespaces: TasksLeak for 10.99.0.1 (the leak), nothing for 10.99.0.2 (the fix)"
