# What the proof finds and what it costs, beside Go's goroutine leak profile, in one run, as two tables of Markdown.
#
#   sh bench/proof.sh PROOF_BENCH [kinds|speed]
#
# GO_VERSION (go1.27.0): the toolchain, which the go command gets. Without it, or without go, Go's column is left out.
set -eu
ours=$1
which=${2:-both}
version=${GO_VERSION:-go1.27.0}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
go=$folder/go-proof
if ! (cd bench/go && GOTOOLCHAIN=$version "${GO:-go}" build -o "$go" ./proof) 2>"$folder/why"; then
    echo "Go is left out: $(tail -n 1 "$folder/why")" >&2
    go=
fi

run()
{
    "$ours" "$1" >"$folder/ours"
    : >"$folder/go"
    [ -z "$go" ] || "$go" "$1" >"$folder/go"
}

kinds()
{
    run kinds
    echo "| kind | left | $version's profile | leaklab: leaked | only time wakes it | not sure | live | why |"
    echo "|---|--:|--:|--:|--:|--:|--:|---|"
    awk -F'\t' 'FILENAME ~ /go$/ { go[$2] = $4; next }
                { printf "| %s | %d | %s | %d | %d | %d | %d | %s |\n",
                         $2, $3, ($2 in go) ? go[$2] : "-", $4, $5, $6, $7, $8 }' "$folder/go" "$folder/ours"
}

# Times are the processor's, of all threads, but for the pause.
speed()
{
    run speed
    echo "| tasks | look | a task | pause at best | whole pprof profile | besides | $version's profile | ratio of the profiles |"
    echo "|---|--:|--:|--:|--:|--:|--:|--:|"
    awk -F'\t' 'function ms(ns) { return sprintf("%.2f ms", ns / 1e6) }
                FILENAME ~ /go$/ { go[$2 $3] = $4; next }
                $1 == "speed" { has = ($2 $3) in go
                    printf "| %d, %s | %s | %.0f ns | %s | %s | %.1f MiB | %s | %s |\n",
                        $3, $2, ms($4), $4 / $3, ms($5), ms($6), $7 / 1048576,
                        has ? ms(go[$2 $3]) : "-", has ? sprintf("%.0f", go[$2 $3] / $6) : "-" }
                $1 == "end" { end = sprintf("\nEnding %d leaked tasks with what they deferred: %.2f us each, the look among it.", $2, $3 / $2 / 1e3) }
                $1 == "malloc" { end = end sprintf("\nmalloc() and free() of 64 bytes: %.1f ns a pair, %.1f by jemalloc alone.", $3 / $2, $4 / $2) }
                END { print end }' "$folder/go" "$folder/ours"
}

case $which in
kinds) kinds ;;
speed) speed ;;
*) kinds && echo && speed ;;
esac
