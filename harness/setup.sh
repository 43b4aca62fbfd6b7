#!/bin/sh
# Installs the Debian packages that leaklab needs and that are not here yet.
#
#   setup.sh [build]  to build it, run it and test it (the default; make does this once)
#   setup.sh lint     what `make lint` needs, besides
#   setup.sh ci       what some tests of the CI need, besides, and are skipped without
#   setup.sh versions installs nothing: prints what the build needs and is here, with its versions
#   setup.sh mutants  what `make mutants` needs, besides
#
# Several purposes may be named at once.
#
# On another system it names the libraries and goes on: the compiler tells what is missing.
set -eu

# One line a package: name, what needs it, why.
packages='
gcc                   build  the C compiler
g++                   build  compiles the one C++ file, the shim to google-benchmark
libc6-dev             build  the C library, argp for the command line
libuv1-dev            build  the event loop that tasks run on
libjemalloc-dev       build  the heap, and exact accounts of it
libbenchmark-dev      build  google-benchmark, for bench/
libboost-context-dev  build  the context switch for processors without an inline one
libcmocka-dev         build  the test framework
libjansson-dev        build  JSON: records, profiles, lists
libgsl-dev            build  statistics: robust fits, quantiles
libdw-dev             build  function, file and line of an address, from DWARF
libelf-dev            build  what libdw reads with
libprotobuf-c-dev     build  the pprof format
protobuf-c-compiler   build  makes the code for the pprof format
zlib1g-dev            build  compresses pprof profiles
libmicrohttpd-dev     build  the HTTP server
libcurl4-openssl-dev  build  the HTTP client of leaklab watch
libjs-chart.js        build  the charts of the live page, built into the program
pkgconf               build  finds the installed libraries for other programs
gnuplot-nox           build  plots of results
diffutils             build  leaklab show: a pair side by side
clang                 lint   the second compiler: other warnings
ccache                ci     builds that differ in little, or in their folder, compile the rest once
libclang-rt-14-dev    ci     the sanitizers of clang
clang-format          lint   the layout of the sources
clang-tidy            lint   static analysis
cppcheck              lint   static analysis of another kind
valgrind              ci     a short run of the tests under memcheck
libc6-dbg             ci     what valgrind reads about the C library
gcc-aarch64-linux-gnu ci     the compiler for arm64: make test-arm64
qemu-user             ci     runs what it makes
jq                    ci     reads the Grafana dashboard in a test
iproute2              ci     network namespaces, for a test of several machines
curl                  ci     a client for the tests of leaklab serve
wrk                   ci     load for the tests of leaklab serve
prometheus            ci     scrapes leaklab serve, raises its alerts; promtool checks both
chromium              ci     opens the live page
chromium-driver       ci     what the tests drive it by
golang-go             ci     go tool pprof, to read the profiles; the twins of the benchmarks
python3-venv          ci     fetches cffconvert and frictionless: make metadata
mandoc                ci     looks through the manual pages
zsh                   ci     a shell whose completion is tested
fish                  ci     another one
python3               mutants  runs make mutants
python3-clang         mutants  the places in the sources where something can be changed
llvm                  mutants  which lines a test reaches
'

purposes=${*:-build}
[ "$purposes" != versions ] || purposes=build
for purpose in $purposes; do
    case $purpose in
    build | lint | ci | mutants) ;;
    *)
        echo "setup.sh: unknown purpose '$purpose': build, lint, ci, mutants or versions" >&2
        exit 2
        ;;
    esac
done

of_purpose() {
    printf '%s' "$packages" | awk -v purposes=" $purposes " 'index(purposes, " " $2 " ")'
}

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    [ "$*" != versions ] || exit 0
    echo "setup: this is not Debian, so nothing is installed. Needed ($purposes), by Debian's names:"
    of_purpose | sed 's/^/  /'
    exit 0
fi

# For this machine's processor: with `dpkg --add-architecture` others' packages may be here too.
installed=$(dpkg-query -W -f='${Package} ${Architecture} ${db:Status-Status} ${Version}\n' 2>/dev/null |
    awk -v machine="$(dpkg --print-architecture)" \
        '$3 == "installed" && ($2 == machine || $2 == "all") { print $1, $4 }')
if [ "$*" = versions ]; then
    of_purpose | while read -r package _; do
        printf '%s\n' "$installed" | awk -v package="$package" '$1 == package'
    done
    exit 0
fi
installed=$(printf '%s\n' "$installed" | cut -d ' ' -f 1)
missing=$(of_purpose | while read -r package _; do
    printf '%s\n' "$installed" | grep -qxF -e "$package" || printf '%s ' "$package"
done)
[ -n "$missing" ] || exit 0

echo "setup: these Debian packages are needed and not here:"
of_purpose | while read -r package _ reason; do
    case " $missing" in
    *" $package "*) printf '  %-21s %s\n' "$package" "$reason" ;;
    esac
done

if [ "$(id -u)" = 0 ]; then
    as_root=
elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
    as_root=sudo
else
    echo "setup: no right to install them. Once, as root:" >&2
    echo "  apt-get update && apt-get install -y --no-install-recommends $missing" >&2
    exit 1
fi

apt() {
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q \
        -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" </dev/null
}

log=$(mktemp)
trap 'rm -f "$log"' EXIT
for try in 1 2 3; do
    echo "setup: installing them with apt-get, by ${as_root:-root}"
    # shellcheck disable=SC2086 # one word a package
    if { apt update && apt install -y --no-install-recommends $missing; } >"$log" 2>&1; then
        echo "setup: done"
        exit 0
    fi
    [ "$try" = 3 ] || sleep $((try * 10))
done
tail -n 20 "$log" >&2
echo "setup: apt-get could not install them, see above" >&2
exit 1
