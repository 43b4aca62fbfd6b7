#!/bin/sh
# run.sh SECONDS PROGRAM...: each for so long, one after another. What a fuzzer finds is kept beside it, and
# its text is printed; the exit status is then 1. Inputs that reach something new go to build/fuzz/corpus.
set -eu
seconds=$1
shift
failed=0
for program; do
    name=${program##*/fuzz_}
    folder=$(dirname "$program")
    mkdir -p "$folder/corpus/$name" "$folder/found"
    log=$folder/$name.log
    more= # other files that are good beginnings
    [ "$name" != dump ] || more=harness/test/dumps
    # Leaks are looked for at the end: the service's own threads never come to theirs.
    if ASAN_OPTIONS=detect_leaks=$([ "$name" = request ] && echo 0 || echo 1) \
        "$program" -max_total_time="$seconds" -max_len=16384 -timeout=30 -rss_limit_mb=4096 \
        -print_final_stats=1 -artifact_prefix="$folder/found/$name-" \
        "$folder/corpus/$name" "harness/test/fuzz/corpus/$name" $more >"$log" 2>&1; then
        echo "$name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") inputs, nothing found"
    else
        failed=1
        echo "$name: FOUND, see $log"
        tail -n 30 "$log"
    fi
done
exit $failed
