#!/bin/sh
# curl: statuses, kept connections, a client that gives up, many at once.
. "$(dirname "$0")/serve.sh"
need curl curl

# Each waits for an answer that does not come, and leaves.
three_leave() {
    for number in 1 2 3; do
        curl -sS --noproxy '*' "$(url "$1")/work" >"$folder/answer" 2>/dev/null &
        client=$!
        await "a request" is "$1" leaklab_work_in_flight 1
        kill "$client"
        wait "$client" 2>/dev/null || true
        [ ! -s "$folder/answer" ] || fail "it was answered: $(cat "$folder/answer")"
        await "its cancellation" is "$1" 'leaklab_work_requests_total{outcome="client_gone"}' "$number"
    done
}

serve fix context_cancel --variant fix
before=$(metric fix leaklab_tasks)
three_leave fix
await "the baseline" is fix leaklab_tasks "$before"
end fix
[ "$status" = 0 ] || fail "the fix left something behind: $(cat "$folder/fix.err")"

serve leak context_cancel --variant leak
three_leave leak
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
