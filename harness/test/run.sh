#!/bin/sh
# Runs test programs and sums up their cases: run.sh PROGRAM...
#
# The programs are cmocka's and speak TAP. A case that was announced and never reported (the program
# crashed) counts as failed, and so does a program that fails for any other reason. What a program
# with failures printed is shown whole. The last line is the sum; exit status 1 where any failed.
# As many run at once as there are processors: most of them wait. TEST_JOBS=1: one after another.
# TEST_RUNNER stands before each program: `valgrind -q`, say.
export CMOCKA_MESSAGE_OUTPUT=TAP
TEST_SECONDS=${TEST_SECONDS:-240} # a program that hangs is ended, with all that it started

# Runs one program, says how it went in one piece, and adds "PASSED FAILED SKIPPED" to the sums.
run_one() {
    program=$1 log=$2/$(basename "$1")
    # shellcheck disable=SC2086 # words, where there are any
    timeout -k 10 "$TEST_SECONDS" ${TEST_RUNNER:-} "$program" >"$log" 2>&1 </dev/null
    status=$?
    planned=$(sed -n 's/^1\.\.\([0-9]*\)$/\1/p' "$log" | awk '{ n += $1 } END { print n + 0 }')
    ok=$(grep -cE '^ok [0-9]+ - ' "$log")
    left_out=$(grep -cE '^(not )?ok [0-9]+ # SKIP' "$log")
    bad=$((planned - ok - left_out))
    [ "$bad" -eq 0 ] && [ "$status" -ne 0 ] && bad=1
    [ "$planned" -eq 0 ] && [ -z "${TEST_CASES:-}" ] && bad=1

    line=$(printf '%-22s %3d passed' "$(basename "$program")" "$ok")
    [ "$bad" -gt 0 ] && line="$line, $bad FAILED (exit status $status)"
    [ "$left_out" -gt 0 ] && line="$line, $left_out skipped"
    {
        flock 9
        [ "$bad" -gt 0 ] && cat "$log"
        echo "$line"
        grep -E -B1 '^(not )?ok [0-9]+ # SKIP' "$log" | sed -n 's/^# /    skipped: /p'
        echo "$ok $bad $left_out" >&9
    } 9>>"$2/sums"
}

if [ "$1" = --one ]; then
    run_one "$3" "$2"
    exit 0
fi

directory=$(mktemp -d) || exit 1
trap 'rm -rf "$directory"' EXIT
printf '%s\n' "$@" | xargs -P "${TEST_JOBS:-$(nproc)}" -n 1 sh "$0" --one "$directory"

awk -v programs=$# '
    { passed += $1; failed += $2; skipped += $3 }
    END {
        failed += programs - NR # not even their runner came to its end
        printf "%d passed, %d failed", passed, failed
        printf skipped ? ", " skipped " skipped\n" : "\n"
        exit failed > 0 || passed + skipped == 0
    }' "$directory/sums"
