#!/bin/sh
# Instructions of one operation, held to bench/instructions.tsv:
#
#   instructions.sh BENCHMARKS COMPILER           counts, and compares; status 1 where they differ
#   instructions.sh --table BENCHMARKS COMPILER   counts, and writes the file and bench/README.md's table
#   instructions.sh --verify                      bench/README.md's table is what the file says
#
# COMPILER: "gcc 12, x86-64, -O2 -g". Another one's instructions are not compared.
#
# Each workload is run twice under callgrind, for N and for 2 N operations: the difference is theirs,
# without what starting and registering cost. Run after run it is the same to 1 in 200, however busy
# the machine is; but for timers, since how often they read the clock goes by the time.
set -eu
n=20000
table=bench/instructions.tsv
readme=bench/README.md
begins='<!-- instructions: '
ends='<!-- /instructions -->'

fail() {
    echo "instructions.sh: $*" >&2
    exit 1
}

counted() { # BENCHMARKS WORKLOAD OPERATIONS
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$1" --no-memory-report \
        --iterations="$3" --benchmark_filter="^$2/iterations:" 2>&1 >/dev/null |
        sed -n 's/^==[0-9]*== Collected : //p'
}

# One workload: its name and its instructions.
if [ "${1:-}" = --one ]; then
    once=$(counted "$2" "$3" $n)
    twice=$(counted "$2" "$3" $((2 * n)))
    [ -n "$once" ] && [ -n "$twice" ] || fail "$3 did not run under valgrind"
    echo "$3 $once $twice" | awk -v n=$n '{ printf "%s\t%.1f\n", $1, ($3 - $2) / n }'
    exit 0
fi

compiler() {
    sed -n 's/^#! //p' "$table"
}

# Side by side as many as there are processors: what is counted is not the time.
count_all() { # BENCHMARKS
    grep -v '^#' "$table" | cut -f 1 | tr '\n' '\0' | xargs -0 -P "$(nproc)" -n 1 sh "$0" --one "$1"
}

# The lines of README between the marks, without them.
for_readme() {
    echo 'Instructions of one operation (`make bench-instructions`: callgrind, the difference between N and 2 N'
    echo "operations; $(compiler | sed 's/-O2 -g/`-O2`/')), and which functions they are in:"
    echo
    echo '| workload | instructions | where they go |'
    echo '|---|--:|---|'
    grep -v '^#' "$table" | sort -t "$(printf '\t')" -k 2n |
        awk -F '\t' '{ printf "| `%s` | %.0f | %s |\n", $1, $2, $4 }'
    echo
}

# README as it should be.
written() {
    for_readme | awk -v begins="$begins" -v ends="$ends" '
        FNR == NR { lines = lines $0 "\n"; next }
        index($0, ends) == 1 { inside = 0; found++ }
        !inside { print }
        index($0, begins) == 1 { inside = 1; found++; printf "%s", lines }
        END { exit found != 2 }' - "$readme" || fail "$readme has not both marks, '$begins...' and '$ends'"
}

verify() {
    written | diff -u "$readme" - || fail "$readme is not what $table says: make bench-instructions-table"
}

compare() {
    awk -F '\t' '
        FNR == NR { is[$1] = $2; next }
        /^#/ { next }
        {
            differs = is[$1] - $2
            most = $3 / 100 * $2
            bad = !($1 in is) || (differs > most && differs > 1) || (-differs > most && -differs > 1)
            printf "%-24s %8.1f  table %8.1f  %+6.1f %%%s\n", $1, is[$1], $2, 100 * differs / $2,
                bad ? "  more than " $3 " %" : ""
            failed += bad
            passed += !bad
        }
        END {
            printf "%d passed, %d failed\n", passed, failed
            if (failed)
                print "where that is meant: make bench-instructions-table, and look at the words behind the figures"
            exit failed > 0 || !passed
        }' "$1" "$table"
}

case ${1:-} in
--verify)
    verify
    exit 0
    ;;
--table)
    shift
    is_table=1
    ;;
esac
[ $# = 2 ] || fail "BENCHMARKS COMPILER, please"
if [ -z "${is_table:-}" ] && [ "$2" != "$(compiler)" ]; then
    echo "skipped: the table is of $(compiler), and this of $2"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
count_all "$1" >"$folder/counted"
if [ -z "${is_table:-}" ]; then
    compare "$folder/counted"
    exit
fi
awk -F '\t' -v OFS='\t' -v compiler="$2" '
    FNR == NR { is[$1] = $2; next }
    /^#!/ { $0 = "#! " compiler }
    !/^#/ { $2 = is[$1] }
    { print }' "$folder/counted" "$table" >"$folder/table"
cat "$folder/table" >"$table"
written >"$folder/readme"
cat "$folder/readme" >"$readme"
echo "written: $table, and the table in $readme. The words behind the figures are as they were"
