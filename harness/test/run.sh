#!/bin/sh
# Runs test programs and sums up their cases: run.sh PROGRAM...
#
# The programs are cmocka's and speak TAP. A case that was announced and never reported (the program
# crashed) counts as failed, and so does a program that fails for any other reason. What a program
# with failures printed is shown whole. The last line is the sum; exit status 1 where any failed.
# TEST_RUNNER stands before each program: `valgrind -q`, say.
export CMOCKA_MESSAGE_OUTPUT=TAP
TEST_SECONDS=240 # a program that hangs is ended, with all that it started

passed=0 failed=0 skipped=0
log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT

count() {
    grep -cE "$1" "$log"
}

for program in "$@"; do
    # shellcheck disable=SC2086 # words, where there are any
    timeout -k 10 "$TEST_SECONDS" ${TEST_RUNNER:-} "$program" >"$log" 2>&1 </dev/null
    status=$?
    planned=$(sed -n 's/^1\.\.\([0-9]*\)$/\1/p' "$log" | awk '{ n += $1 } END { print n + 0 }')
    ok=$(count '^ok [0-9]+ - ')
    left_out=$(count '^(not )?ok [0-9]+ # SKIP')
    bad=$((planned - ok - left_out))
    [ "$bad" -eq 0 ] && [ "$status" -ne 0 ] && bad=1
    [ "$planned" -eq 0 ] && [ -z "${TEST_CASES:-}" ] && bad=1

    [ "$bad" -gt 0 ] && cat "$log"
    line=$(printf '%-22s %3d passed' "$(basename "$program")" "$ok")
    [ "$bad" -gt 0 ] && line="$line, $bad FAILED (exit status $status)"
    [ "$left_out" -gt 0 ] && line="$line, $left_out skipped"
    echo "$line"
    grep -E -B1 '^(not )?ok [0-9]+ # SKIP' "$log" | sed -n 's/^# /    skipped: /p'

    passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + left_out))
done

if [ "$skipped" -gt 0 ]; then
    echo "$passed passed, $failed failed, $skipped skipped"
else
    echo "$passed passed, $failed failed"
fi
[ "$failed" -eq 0 ] && [ $((passed + skipped)) -gt 0 ]
