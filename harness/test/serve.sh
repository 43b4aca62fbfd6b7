# What the scripts that put real clients to `leaklab serve` share; to be read in with `.`.
#
# A script exits with 0 (all well), 77 (skipped: its last line says why), or anything else. LEAKLAB
# names the program.
set -eu
LEAKLAB=${LEAKLAB:-build/gcc/leaklab}
folder=$(mktemp -d /tmp/leaklab-serve-XXXXXX)
started=

tidy_up() {
    # shellcheck disable=SC2086 # numbers
    [ -z "$started" ] || kill -KILL $started 2>/dev/null || true
    rm -rf "$folder"
}
trap tidy_up EXIT
trap 'exit 1' HUP INT TERM

fail() {
    echo "$*" >&2
    exit 1
}

# need PROGRAM PACKAGE...: skips where one is missing.
need() {
    while [ $# -gt 0 ]; do
        command -v "$1" >/dev/null || {
            echo "$1 is not installed (Debian: $2)"
            exit 77
        }
        shift 2
    done
}

# serve NAME WORDS...: starts a service; afterwards $folder/NAME.url and NAME.pid tell of it. It gives up
# neither a client nor a request for being slow, where WORDS do not say otherwise.
serve() {
    name=$1
    shift
    case " $* " in *" --deadline "*) ;; *) set -- --deadline 1h "$@" ;; esac
    "$LEAKLAB" serve --listen 127.0.0.1:0 --client-timeout 1h "$@" >"$folder/$name.out" 2>"$folder/$name.err" &
    echo $! >"$folder/$name.pid"
    started="$started $!"
    await "the service $name" grep -qs /metrics "$folder/$name.out"
    sed -n 's|^  \(http://.*\)/metrics$|\1|p' "$folder/$name.out" >"$folder/$name.url"
}

url() {
    cat "$folder/$1.url"
}

# await WHAT COMMAND...: until the command succeeds. However slow the machine is: what never comes fails
# a little before run.sh ends the test.
await() {
    what=$1
    shift
    hangs=$(($(date +%s) + 200))
    until "$@"; do
        [ "$(date +%s)" -lt "$hangs" ] || fail "$what does not come: $*"
        sleep 0.05
    done
}

# metric NAME METRIC: its value now.
metric() {
    curl -sS --noproxy '*' "$(url "$1")/metrics" | awk -v name="$2" 'index($0, name " ") == 1 { print $NF }'
}

is() {
    [ "$(metric "$1" "$2")" = "$3" ]
}

# end NAME: by SIGTERM; its exit status in $status.
end() {
    status=0
    kill -TERM "$(cat "$folder/$1.pid")"
    wait "$(cat "$folder/$1.pid")" || status=$?
}
