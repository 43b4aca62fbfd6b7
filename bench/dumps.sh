#!/bin/sh
# dumps.sh PROGRAM: how long `leaklab explain` takes over dumps of a million lines, and how much memory; fails above 2
# seconds of the processor or 256 MiB. On a busy machine the seconds say little.
set -eu
program=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# Each stack is another one.
awk 'BEGIN { print "goroutine profile: total 100000"
    for (g = 1; n < 1000000; n += 10) {
        g++; printf "1 @ 0x43a1b6 0x408a5c 0x408617"
        for (i = 0; i < 8; i++) printf " 0x%x", 6000000 + g * 8 + i
        for (i = 0; i < 8; i++)
            printf "\n#\t0x%x\texample.test/quay/p%d.(*Crew).step%d+0x44\t/src/quay/p%d/crew.go:%d", 5999999 + g * 8 + i,
                g % 97, (g * 7 + i) % 5000, g % 97, (g * 13 + i * 7) % 4000
        print "\n" } }' >"$folder/grouped"
awk 'BEGIN { for (g = 1; n < 1000000; n += 10) {
        g++; printf "goroutine %d [chan receive, %d minutes]:\n", g, g % 500
        for (i = 0; i < 3; i++)
            printf "example.test/quay/p%d.(*Crew).step%d(0xc000%06x, 0x%x)\n\t/src/quay/p%d/crew.go:%d +0x44\n", g % 97,
                (g + i) % 500, g, i, g % 97, (g * 13 + i) % 400
        print "created by example.test/quay.open in goroutine 1\n\t/src/quay/open.go:31 +0x90\n" } }' >"$folder/full"

failed=0
for form in grouped full; do
    python3 - "$program" "$folder/$form" <<'END' || failed=1
import os, resource, subprocess, sys
lines = sum(1 for _ in open(sys.argv[2], 'rb'))
subprocess.run([sys.argv[1], 'explain', sys.argv[2]], stdout=subprocess.DEVNULL, check=True)
u = resource.getrusage(resource.RUSAGE_CHILDREN)
seconds, mib = u.ru_utime + u.ru_stime, u.ru_maxrss / 1024
print('%s: %d lines, %.0f MiB: %.2f s, %.0f MiB resident at most' %
      (os.path.basename(sys.argv[2]), lines, os.path.getsize(sys.argv[2]) / 2**20, seconds, mib))
sys.exit(seconds > 2 or mib > 256)
END
done
exit $failed
