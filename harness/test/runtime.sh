#!/bin/sh
# Builds the runtime and the tests that need nothing else, and runs them: runtime.sh B=build/NAME [SETTING=VALUE...]
#
# Settings are the Makefile's. LEFT_OUT in the environment names tests that are not for here.
set -eu

tests=
for source in harness/test/test_*.c; do
    name=${source##*/test_}
    name=${name%.c}
    included=$(sed -n 's/^#include "\([^"]*\)"/\1/p' "$source")
    others=$(echo "$included" |
        grep -vE '^(task/.*|test/(support|chan_model|operation|words|io_ends|crowd)\.h)$' || true)
    case $included in *task/* | *test/io_ends.h*) ;; *) continue ;; esac
    case " arrows ${LEFT_OUT:-} " in *" $name "*) continue ;; esac
    [ -n "$others" ] || tests="$tests ${1#B=}/test/test_$name"
done

# shellcheck disable=SC2086 # one word a program
{
    make --no-print-directory HARNESS_O= HELPERS= LIBS='-luv -ljemalloc' "$@" $tests
    sh harness/test/run.sh $tests
}
