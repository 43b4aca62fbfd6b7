#!/bin/sh
# Where this tree stands for everybody to read, as an address:
#
#   origin.sh told [URL]       "KEPT HERE", each an address or "-": what CITATION.cff says; and URL, or else that, or
#                              else git's remote
#   origin.sh keep URL [DOI]   writes them into CITATION.cff and .zenodo.json
#
# What is no address is refused by name: one line, and exit status 2. A remote that is none, a path say, is passed over.
set -eu
citation=CITATION.cff zenodo=.zenodo.json

refuse() {
    echo "origin: $*" >&2
    exit 2
}

# An address that others can follow: a scheme, a host with a dot and a letter, and a path of plain characters.
is_address() {
    printf '%s\n' "$1" | grep -qxE 'https?://[A-Za-z0-9.-]*[A-Za-z][A-Za-z0-9-]*(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*/?' &&
        [ "${#1}" -le 200 ] && [ "$(printf '%s\n' "$1" | wc -l)" = 1 ] &&
        printf '%s\n' "$1" | cut -d / -f 3 | grep -q '[^.]\.[^.]' && case $1 in */..*) false ;; esac
}

plain() {
    printf '%s\n' "$1" | sed 's,/*$,,; s,\.git$,,'
}

checked() { # ADDRESS WHOSE
    is_address "$1" || refuse "$2 '$(printf '%s' "$1" | tr -d '\000-\037\177')' is no address: it is like https://example.org/leaklab"
    plain "$1"
}

kept() {
    said=$(sed -n 's/^repository-code: *//p' "$citation" 2>/dev/null | sed 's/^"\(.*\)"$/\1/')
    [ -z "$said" ] || checked "$said" "$citation: repository-code"
}

# git@host:owner/name.git and ssh:// as https://; never a name or a password that is in it.
remote() {
    [ -e .git ] || return 0
    said=$(git config --get remote.origin.url 2>/dev/null |
        sed -E 's,^[a-z]+@([A-Za-z0-9.-]+):([^/].*),https://\1/\2,; s,^ssh://,https://,; s,^(https?://)[^/@]*@,\1,')
    is_address "$said" || return 0
    plain "$said"
}

told() {
    from=$(kept)
    here=${1:+$(checked "$1" URL)}
    [ -n "$here" ] || here=${from:-$(remote)}
    echo "${from:--} ${here:--}"
}

# The file without its lines of these keys, and these lines instead, before its keywords.
rewrite() { # LINES
    lines=$1
    awk -v lines="$lines" '
        /^repository-code:/ { next }
        /^identifiers:/ { inside = 1; next }
        inside && /^[ -]/ { next }
        { inside = 0 }
        /^keywords:/ { printf "%s", lines }
        { print }' "$citation" >"$citation.new" && cat "$citation.new" >"$citation"
    rm -f "$citation.new"
}

keep() {
    url=$(checked "$1" URL) doi=${2:-}
    [ -z "$doi" ] || printf '%s\n' "$doi" | grep -qxE '10\.[0-9]{4,9}/[A-Za-z0-9._;()/:-]+' ||
        refuse "DOI '$doi' is none: it is like 10.5281/zenodo.1234567"
    lines="repository-code: \"$url\"
"
    [ -z "$doi" ] || lines="${lines}identifiers:
  - type: doi
    value: $doi
    description: All versions
"
    rewrite "$lines"
    sed -i "s|^  \"related_identifiers\": .*|  \"related_identifiers\": [{\"identifier\": \"$url\", \"relation\": \"isSupplementTo\", \"scheme\": \"url\"}],|" "$zenodo"
    echo "$citation and $zenodo name $url${doi:+ and $doi}. Then: make && leaklab report, and commit all of it"
}

case ${1:-} in
told) told "${2:-}" ;;
keep) [ -n "${2:-}" ] || refuse "URL=... please: where does this tree stand?"
    keep "$2" "${3:-}" ;;
*) refuse "told [URL], or keep URL [DOI]" ;;
esac
