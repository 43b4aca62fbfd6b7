#!/bin/sh
# The Grafana dashboard: each metric that it asks for is one that a service tells, each expression is one
# that Prometheus reads, and, where Grafana's own schema is there (`make grafana`), all of it is of its type.
. "$(dirname "$0")/serve.sh"
need curl curl jq jq promtool prometheus
dashboard=harness/serve/prometheus/grafana.json

jq -e . "$dashboard" >/dev/null || fail "no JSON"
jq -r '.. | .expr? // empty' "$dashboard" >"$folder/expressions"
[ "$(wc -l <"$folder/expressions")" -gt 10 ] || fail "there are hardly any expressions"
{
    printf 'groups:\n- name: dashboard\n  rules:\n'
    awk '{ gsub(/\047/, "\047\047"); printf "  - record: dashboard:%d\n    expr: \047%s\047\n", NR, $0 }' "$folder/expressions"
} >"$folder/rules.yml"
promtool check rules "$folder/rules.yml" >"$folder/out" 2>&1 || fail "$(cat "$folder/out")"

serve one channel_receive --variant fix
curl -sS --noproxy '*' -X POST -d '{"pair":"full_buffer","rate":10,"memory_limit_mib":64}' "$(url one)/live/start" >/dev/null
live_is_told() {
    curl -sS --noproxy '*' "$(url one)/metrics" >"$folder/metrics" && grep -q '^leaklab_live_tasks{' "$folder/metrics"
}
await "the live page's cases" live_is_told
serve plain stop_is_not_close --variant fix
curl -sS --noproxy '*' -X POST -d '{"pair":"half_open_peer","rate":10,"memory_limit_mib":64}' "$(url plain)/live/start" >/dev/null
plain_is_told() {
    curl -sS --noproxy '*' "$(url plain)/metrics" >"$folder/plain" && grep -q '^leaklab_live_handles{' "$folder/plain"
}
await "the live page's cases of plain C" plain_is_told
cat "$folder/plain" >>"$folder/metrics"
grep -oE '(leaklab|process)_[a-z_]+' "$folder/expressions" | sort -u | while read -r name; do
    grep -qE "^$name(\{| )" "$folder/metrics" || { [ "${INSTRUMENTED:-}" ] && [ "$name" = leaklab_heap_allocated_bytes ]; } ||
        fail "$dashboard asks for $name, which no service tells"
done

types=build/grafana/node_modules
[ -d "$types/@grafana/schema" ] && command -v node >/dev/null || {
    echo "its metrics and expressions are in order; Grafana's schema is not there (make grafana)"
    exit 77
}
{
    echo "import type { Dashboard } from '@grafana/schema';"
    echo "export const dashboard: Dashboard ="
    cat "$dashboard"
} >build/grafana/dashboard.ts
node "$types/typescript/bin/tsc" --noEmit --strict --skipLibCheck --module nodenext --moduleResolution nodenext \
    build/grafana/dashboard.ts >"$folder/out" || fail "$(cat "$folder/out")"
