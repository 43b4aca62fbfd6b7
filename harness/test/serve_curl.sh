#!/bin/sh
# curl: statuses, kept connections, a client that gives up, many at once.
. "$(dirname "$0")/serve.sh"
need curl curl

serve fix context_cancel --variant fix --deadline 1h
before=$(metric fix leaklab_tasks)
for _ in 1 2 3; do
    # It waits for an answer that does not come, and leaves: status 28.
    code=0
    curl -sS --noproxy '*' --max-time 0.2 "$(url fix)/work" 2>/dev/null || code=$?
    [ "$code" = 28 ] || fail "curl ended with $code instead of 28 (time is up)"
done
await "the last cancellation" is fix 'leaklab_work_requests_total{outcome="client_gone"}' 3
await "the baseline" is fix leaklab_tasks "$before"
end fix
[ "$status" = 0 ] || fail "the fix left something behind: $(cat "$folder/fix.err")"

serve leak context_cancel --variant leak --deadline 1h
for _ in 1 2 3; do
    curl -sS --noproxy '*' --max-time 0.2 "$(url leak)/work" 2>/dev/null || true
done
await "the last cancellation" is leak 'leaklab_work_requests_total{outcome="client_gone"}' 3
await "what is left" is leak leaklab_tasks $((before + 3))
end leak
[ "$status" = 1 ] || fail "the leak left nothing behind"

serve many channel_receive --variant fix
curl -sS --noproxy '*' --fail --parallel --parallel-max 100 "$(url many)/work?[1-2000]" >"$folder/answers" ||
    fail "not all of 2000 requests were served"
[ "$(grep -c '^done$' "$folder/answers")" = 2000 ] || fail "not all answers are right"
await "the baseline" is many leaklab_tasks "$before"
[ "$(curl -sS --noproxy '*' -o /dev/null -w '%{http_code}' -I "$(url many)/work")" = 200 ] || fail "HEAD"
[ "$(curl -sS --noproxy '*' -o /dev/null -w '%{http_code}' -d x=y "$(url many)/work")" = 405 ] || fail "POST"
[ "$(curl -sS --noproxy '*' -o /dev/null -w '%{http_code}' --path-as-is "$(url many)/../../etc/passwd")" = 404 ] ||
    fail "a path out of here"
end many
[ "$status" = 0 ] || fail "the fix left something behind: $(cat "$folder/many.err")"
