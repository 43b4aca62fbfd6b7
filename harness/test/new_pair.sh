#!/bin/sh
# What a new pair needs is what README says: two files and a line, and its dumps and page by `make goldens`. Tried in a
# copy of the project, with HOW_MANY pairs (1) in a family of their own, without twins in Go.
#
#     new_pair.sh [HOW_MANY [TEST...]]
#
# The tests are those that go through the catalog, and what they and the pairs make, or those named; "all" is
# every one. How wrong catalogs stop the build is tried with small ones of its own, and the leaks that test_recovering
# runs are of two families.
set -eu
many=${1:-1}
[ $# -eq 0 ] || shift
copy=build/new-pair
export MAKEFLAGS="${MAKEFLAGS:-} --no-print-directory"
unset MAKELEVEL LEAKLAB

fail() {
    echo "new_pair.sh: $*" >&2
    exit 1
}

# The files as they are here, committed or not, without what was built.
copy_project() {
    rm -rf "$copy"
    mkdir -p "$copy"
    git ls-files -co --exclude-standard | while read -r name; do
        [ ! -e "$name" ] || printf '%s\0' "$name"
    done | tar -c --null -T - | tar -x -C "$copy"
}

# One as short as a sample may be: from the first pair, its functions of another name.
add_pair() { # ID
    for side in leak fix; do
        folder=$([ $side = leak ] && echo leaks || echo fixes)
        mkdir -p "$folder/tried"
        sed "s/${side}_channel_receive/${side}_$1/" "$folder/pitfalls/channel_receive.c" >"$folder/tried/$1.c"
    done
    echo "PAIR(tried, $1, \"Pair $1, to be tried\", .parked = {[WAIT_CHAN_RECEIVE] = 1})" >>harness/catalog.def
}

copy_project
cd "$copy"
number=0
while [ "$number" -lt "$many" ]; do
    number=$((number + 1))
    add_pair "tried_$number"
done

tests=${*:-$(grep -lE 'FOR_EACH_PAIR|catalog_length|catalog\.def' harness/test/test_*.c |
    sed 's,.*/test_,,; s,\.c$,,' | grep -vxE 'build|recovering') attribution check compare twin}
[ "$tests" != all ] || tests=
# Without its dumps a pair is one failure, which says what to do.
make test TEST=profile_golden TEST_ARGS='every_pair_has_its_dump*' >before 2>&1 && fail "a pair without its dumps passes"
# shellcheck disable=SC2016 # as it is printed
grep -qE 'passed, 1 failed(, [0-9]+ skipped)?$' before && grep -q '`make goldens`' before || fail "$(cat before)"
make goldens >goldens 2>&1 || fail "$(cat goldens)"
make test TEST="$(echo $tests)" # one line of words

leaklab=build/gcc/leaklab
$leaklab verify >verified || fail "$(cat verified)"
$leaklab check >checked || fail "$(cat checked)"
$leaklab show "tried_$many" >shown || fail "$(cat shown)"
rm -f record
$leaklab run "tried_$many" --requests 50 --rate max --json record >ran || fail "$(cat ran)"
$leaklab report record >reported || fail "$(cat reported)"
grep -q "^tried_$many " reported || fail "not in the report: $(cat reported)"
# No twin in Go is no failure: it is said, and ours run.
make twin-go >twins 2>&1 || fail "$(cat twins)"
$leaklab run --twin go "tried_$many" --requests 50 --rate max >twinned 2>&1 || fail "$(cat twinned)"
grep -q "^leaklab run: --twin go is skipped" twinned && grep -q '^2 of 2 as the catalog says' twinned ||
    fail "$(cat twinned)"
