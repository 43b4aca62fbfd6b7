#!/bin/sh
# Puts files below a prefix, and takes them away again.
#
#   install.sh check PREFIX DESTDIR       says in one line why nothing can be installed there; else nothing
#   install.sh install PREFIX DESTDIR     installs what standard input lists: lines of MODE FROM TO,
#                                         TO from the prefix on
#   install.sh uninstall PREFIX DESTDIR   removes what install put there, and the folders it had to make
#
# DESTDIR, "" or a folder, stands before the prefix, as packagers want it. What was installed is kept in
# PREFIX/share/leaklab/manifest: lines of "f" or "d", and a path without DESTDIR.
#
# Every file is first copied beside its place, and all are renamed at the end: one that is interrupted
# before leaves what was there, and one that has begun to rename is not interrupted. What an older version
# had and this one has not is removed then. Exit status 2 where it can not be done, with one line.
set -eu
umask 022

job=${1:-} prefix=${2:-} destination=${3:-}
manifest=$prefix/share/leaklab/manifest
new=.leaklab-new # stands at the end of what is not renamed yet
newline='
'

refuse() {
    echo "$job: $*" >&2
    exit 2
}

# Runs a command, or refuses with what was tried and the reason, of which it leaves out the names.
try() {
    tried=$1
    shift
    said=$("$@" 2>&1) || refuse "$tried: $(printf '%s' "$said" | head -n 1 | sed 's/.*: //')"
}

# --- Is it a place to install to? -----------------------------------------------------------------

check() {
    place=$destination$prefix
    case $place in /*) ;; *) place=$PWD/$place ;; esac
    case $prefix in
    /*) ;;
    *) echo "PREFIX must be a path from / on, not '$prefix'" && return ;;
    esac
    case $place in
    *[[:space:]]*) echo "PREFIX and DESTDIR must have no spaces, not '$place'" && return ;;
    */../* | */..) echo "PREFIX and DESTDIR must have no '..', not '$place'" && return ;;
    esac
    while [ ! -e "$place" ] && [ -n "$place" ]; do
        place=${place%/*}
    done
    place=${place:-/}
    if [ ! -d "$place" ]; then
        echo "$place is not a folder: nothing can be installed below it"
    elif ! said=$(mktemp -d "$place/.leaklab-XXXXXX" 2>&1); then
        echo "can not write to $place (${said##*: }): as root, or with a PREFIX of your own"
    else
        rmdir "$said"
    fi
}

# --- The manifest ---------------------------------------------------------------------------------

# The paths of one kind, f or d, in the manifest of what is installed.
installed() {
    [ ! -f "$destination$manifest" ] || sed -n "s,^$1 /,/,p" "$destination$manifest" | grep -vE '/\.\.(/|$)' || :
}

# Those of a list that are empty, the inner ones first.
remove_folders() {
    printf '%s' "$1" | sort -r | while read -r folder; do
        rmdir "$destination$folder" 2>/dev/null || :
    done
}

# --- Installing -----------------------------------------------------------------------------------

folders='' # that were not there
staged=''  # files, by the names that they will have

make_folder() {
    [ -n "$1" ] && [ ! -d "$destination$1" ] || return 0
    make_folder "${1%/*}"
    try "can not make $destination$1" mkdir "$destination$1"
    folders=$folders$1$newline
}

stage() {
    make_folder "${3%/*}"
    [ ! -d "$destination$3" ] || refuse "$destination$3 is a folder"
    staged=$staged$3$newline
    try "can not write $destination$3" install -m "$1" "$2" "$destination$3$new"
}

stage_manifest() {
    stage 644 /dev/null "$manifest"
    {
        printf '%s' "$staged" | sed 's/^/f /'
        { installed d && printf '%s' "$folders"; } | sort -u | sed 's/^/d /'
    } >"$destination$manifest$new" || refuse "can not write $destination$manifest"
}

undo() {
    printf '%s' "$staged" | while read -r path; do
        rm -f "$destination$path$new"
    done
    remove_folders "$folders"
}

install_files() {
    trap undo EXIT
    trap 'exit 130' HUP INT TERM
    [ -z "$destination" ] || try "can not make $destination" mkdir -p "$destination"
    while read -r mode from to; do
        stage "$mode" "$from" "$prefix/$to"
    done
    stage_manifest
    before=$(installed f)
    trap '' HUP INT TERM
    trap - EXIT
    mv -fT "$destination$manifest$new" "$destination$manifest" # first: the rest can be taken away by it
    printf '%s' "$staged" | grep -vxF "$manifest" | while read -r path; do
        mv -fT "$destination$path$new" "$destination$path"
    done
    printf '%s\n' "$before" | while read -r path; do
        [ -z "$path" ] || grep -qxF "f $path" "$destination$manifest" || rm -f "$destination$path"
    done
    echo "installed $(installed f | grep -c .) files below $destination$prefix"
}

# --- Taking away ----------------------------------------------------------------------------------

uninstall_files() {
    [ -f "$destination$manifest" ] || refuse "nothing is installed: there is no $destination$manifest"
    files=$(installed f) folders=$(installed d)
    for path in $(printf '%s' "$files" | grep -vxF "$manifest") "$manifest"; do
        try "can not remove $destination$path" rm -f "$destination$path" "$destination$path$new"
    done
    remove_folders "$folders$newline"
    echo "removed $(printf '%s\n' "$files" | grep -c .) files below $destination$prefix"
}

why=$(check)
case $job in
check) [ -z "$why" ] || echo "$why" ;;
install | uninstall)
    [ -z "$why" ] || refuse "$why"
    "${job}_files"
    ;;
*)
    job=install.sh
    refuse "which job? check, install or uninstall"
    ;;
esac
