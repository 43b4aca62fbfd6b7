#!/bin/sh
# Runs test programs and sums up their cases: run.sh PROGRAM...
#
# The programs are cmocka's and speak TAP. A case that was announced and never reported (the program
# crashed) counts as failed, and so does one that is skipped without saying why, and a program that fails
# for any other reason. What a program with failures printed is shown whole, and of each how many seconds of
# processor it took. The last line is the sum; exit status 1 where any failed.
# As many run at once as there are processors: most of them wait. TEST_JOBS=1: one after another.
# TEST_RUNNER stands before each program: `valgrind -q`, say.
export CMOCKA_MESSAGE_OUTPUT=TAP
QUIET_SECONDS=${QUIET_SECONDS:-240} # for one case: however slow the machine is, a program that takes longer hangs

# Ends the program, with all that it started, when it has told of no case for so long.
end_if_it_hangs() { # PID LOG
    told='' quiet=0
    while sleep 5; do
        now=$(wc -c <"$2")
        [ "$now" = "$told" ] || told=$now quiet=-5
        quiet=$((quiet + 5))
        [ "$quiet" -lt "$QUIET_SECONDS" ] || {
            echo "# ended: no case in $QUIET_SECONDS s" >>"$2"
            kill "$1"
            return
        }
    done
}

# Runs one program, says how it went in one piece, and adds "PASSED FAILED SKIPPED" to the sums.
run_one() {
    program=$1 log=$2/$(basename "$1")
    : >"$log"
    # In a group of processes of its own, which gets the signal that timeout gets.
    # shellcheck disable=SC2086 # words, where there are any
    timeout -k 10 3600 ${TEST_RUNNER:-} "$program" >>"$log" 2>&1 </dev/null &
    running=$!
    trap 'kill "$running"' INT TERM
    end_if_it_hangs "$running" "$log" >/dev/null 2>&1 </dev/null &
    watching=$!
    wait "$running"
    status=$?
    kill "$watching" 2>/dev/null
    times >"$log.times" # not in a pipe, which would be another shell's
    used=$(awk -F '[ms ]+' 'NR == 2 { printf "%.1f", 60 * ($1 + $3) + $2 + $4 }' "$log.times")
    planned=$(sed -n 's/^1\.\.\([0-9]*\)$/\1/p' "$log" | awk '{ n += $1 } END { print n + 0 }')
    ok=$(grep -cE '^ok [0-9]+ - ' "$log")
    left_out=$(grep -E -B1 '^(not )?ok [0-9]+ # SKIP' "$log" | grep -c '^# ')
    bad=$((planned - ok - left_out))
    [ "$bad" -eq 0 ] && [ "$status" -ne 0 ] && bad=1
    [ "$planned" -eq 0 ] && [ -z "${TEST_CASES:-}" ] && bad=1

    line=$(printf '%-24s %6s s %4d passed' "$(basename "$program")" "$used" "$ok")
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
: >"$directory/sums"
printf '%s\n' "$@" | xargs -P "${TEST_JOBS:-$(nproc)}" -n 1 sh "$0" --one "$directory"

awk -v programs=$# '
    { passed += $1; failed += $2; skipped += $3 }
    END {
        failed += programs - NR # not even their runner came to its end
        printf "%d passed, %d failed", passed, failed
        printf skipped ? ", " skipped " skipped\n" : "\n"
        exit failed > 0 || passed + skipped == 0
    }' "$directory/sums"
