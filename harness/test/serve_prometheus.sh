#!/bin/sh
# Prometheus: metrics and rules by promtool; then both halves are scraped under the same load, and the
# alerts fire on the leak and stay quiet on the fix. The rules' times are a sixtieth of what they are:
# seconds for minutes.
. "$(dirname "$0")/serve.sh"
need curl curl prometheus prometheus promtool prometheus
rules=harness/serve/prometheus

promtool check config "$rules/prometheus.yml" >"$folder/out" 2>&1 || fail "$(cat "$folder/out")"
promtool check rules "$rules/leaklab.rules.yml" >"$folder/out" 2>&1 || fail "$(cat "$folder/out")"
promtool test rules "$rules/leaklab.rules.test.yml" >"$folder/out" 2>&1 || fail "$(cat "$folder/out")"

served_on_page() {
    served=$(metric fix 'leaklab_live_requests_total{pair="full_buffer",variant="fix"}')
    [ "${served:-0}" -gt 0 ]
}

for half in leak fix; do
    serve "$half" channel_receive --variant "$half"
    serve "timer-$half" timer_in_loop --variant "$half"
    serve "stuck-$half" wait_group --variant "$half" --deadline 50ms
done
curl -sS --noproxy '*' -X POST -d '{"pair":"full_buffer","rate":100,"memory_limit_mib":256}' \
    "$(url fix)/live/start" >/dev/null
await "the live page's cases" served_on_page
for name in leak fix; do
    curl -sS --noproxy '*' "$(url $name)/metrics" | promtool check metrics >"$folder/out" 2>&1 ||
        fail "$name: $(cat "$folder/out")"
done

targets() {
    for half in leak fix; do
        for name in "$half" "timer-$half" "stuck-$half"; do
            printf '"%s", ' "$(url "$name" | sed 's|http://||')"
        done
    done
}
sed -E 's/\b([0-9]+)m\b/\1s/g' "$rules/leaklab.rules.yml" >"$folder/leaklab.rules.yml"
sed -E 's/_interval: .*/_interval: 200ms/; s/targets: .*/targets: ['"$(targets)"']/' \
    "$rules/prometheus.yml" >"$folder/prometheus.yml"
grep -q ' offset 5s' "$folder/leaklab.rules.yml" || fail "the rules' times were not scaled"
prometheus --config.file="$folder/prometheus.yml" --storage.tsdb.path="$folder/tsdb" \
    --web.listen-address=127.0.0.1:0 >"$folder/prometheus.log" 2>&1 &
started="$started $!"
await "Prometheus" grep -q 'msg="Listening on"' "$folder/prometheus.log"
port=$(sed -n 's/.*msg="Listening on" address=.*:\([0-9]*\)$/\1/p' "$folder/prometheus.log")

# The same load for all: at most twenty requests a second, one after another.
for half in leak fix; do
    for name in "$half" "timer-$half" "stuck-$half"; do
        curl -sS --noproxy '*' --rate 20/s "$(url "$name")/work?[1-100000]" >/dev/null 2>&1 &
        started="$started $!"
    done
done

firing() {
    curl -sS --noproxy '*' "http://127.0.0.1:$port/api/v1/alerts" | tr '{}' '\n\n' |
        grep "\"alertname\":\"$1\"" | grep -q "\"instance\":\"$(url "$2" | sed 's|http://||')\""
}
fires() {
    firing "$1" "$2" && curl -sS --noproxy '*' \
        "http://127.0.0.1:$port/api/v1/query?query=ALERTS%7Balertname%3D%22$1%22,alertstate%3D%22firing%22%7D" |
        grep -q "$(url "$2" | sed 's|http://||')"
}

had_load() {
    [ "$(metric "$1" 'leaklab_work_requests_total{outcome="ok"}')" -gt 50 ]
}

await "the alert for tasks" fires TasksLeak leak
await "the alert for timers" fires TimersLeak timer-leak
await "the alert for handlers" fires HandlersDoNotReturn stuck-leak
await "the alert for the page" fires TasksLeakOnPage fix
for name in fix timer-fix stuck-fix; do
    for alert in TasksLeak TimersLeak HandlersDoNotReturn; do
        if fires "$alert" "$name"; then
            fail "$alert fires on $name"
        fi
    done
    is "$name" leaklab_tasks_refused_total 0 || fail "$name was not served"
    await "the load" had_load "$name"
done
curl -sS --noproxy '*' "http://127.0.0.1:$port/api/v1/alerts" | grep -q '"variant":"fix"' &&
    fail "an alert fires on the page's fix"
exit 0
