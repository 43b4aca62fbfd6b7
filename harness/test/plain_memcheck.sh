#!/bin/sh
# The fixes of plain C under Valgrind's memcheck: no byte is lost, no descriptor is open at the end, and each loop can be closed.
#
#     plain_memcheck.sh TEST_PLAIN
set -eu
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# jemalloc's functions by their names, so that memcheck puts its own in their place.
if ! valgrind --leak-check=full --errors-for-leak-kinds=definite,indirect --track-fds=yes --error-exitcode=9 \
    '--soname-synonyms=somalloc=*jemalloc*' "$1" fixes >"$log" 2>&1; then
    cat "$log"
    exit 1
fi
# Those of standard input, output and error, and what was inherited, are all there may be.
if grep -A 3 'Open .*file descriptor' "$log" | grep -B 1 -A 2 'at 0x'; then
    echo "plain_memcheck.sh: descriptors are open" >&2
    exit 1
fi
grep ': closed$' "$log"
