#!/bin/sh
# Makes a release of what is committed: release.sh VERSION
#
# The version and today's date go into Makefile, CITATION.cff and .zenodo.json, and head what .github/CHANGES.md has
# under "Unreleased"; that is committed, and becomes the text of the tag. Nothing is pushed: look at it
# first. Exit status 2, with one line, where it can not be done; then nothing has changed.
set -eu

version=$1
today=$(date -u -d "@${SOURCE_DATE_EPOCH:-$(date +%s)}" +%Y-%m-%d)
changes=.github/CHANGES.md

refuse() {
    echo "release: $*" >&2
    exit 2
}

# True where a version is later than another: 0.10.0 than 0.9.1.
later() {
    [ "$1" != "$2" ] && [ "$(printf '%s\n' "$1" "$2" | sort -V | tail -n 1)" = "$1" ]
}

# What stands under a heading of the changes.
under() {
    awk -v heading="## $1" '/^## / { inside = ($0 == heading); next } inside' "$changes" | sed '/./,$!d'
}

before=$(sed -n 's/^VERSION := //p' Makefile)
printf '%s\n' "$version" | grep -qxE '(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*)){2}' ||
    refuse "VERSION must be like 0.2.0, not '$version'"
later "$version" "$before" || refuse "VERSION must be later than $before, not $version"
[ -e .git ] || refuse "this is no git checkout"
[ -z "$(git status --porcelain)" ] || refuse "there are changes that are not committed: git status"
git rev-parse -q --verify "refs/tags/v$version" >/dev/null && refuse "there is a tag v$version already"
[ -n "$(under Unreleased)" ] || refuse "$changes says nothing under \"## Unreleased\": what has changed for users?"
git var GIT_COMMITTER_IDENT >/dev/null 2>&1 || refuse "git does not know who you are: git config user.name, user.email"

text=$(mktemp)
start=$(git rev-parse HEAD)
undo() {
    git reset -q --hard "$start" # nothing else had changed
    rm -f "$text"
}
trap undo EXIT
trap 'exit 2' HUP INT TERM
printf 'leaklab %s\n\n%s\n' "$version" "$(under Unreleased)" >"$text"
sed -i "s/^VERSION := .*/VERSION := $version/; s/^DATE    := .*/DATE    := $today/" Makefile
sed -i "s/^version: .*/version: $version/; s/^date-released: .*/date-released: \"$today\"/" CITATION.cff
sed -i "s/\"version\": .*/\"version\": \"$version\"/; s/\"publication_date\": .*/\"publication_date\": \"$today\",/" .zenodo.json
sed -i "s/^## Unreleased\$/## Unreleased\n\n## $version ($today)/" "$changes"
git commit -q -a -m "leaklab $version"
git tag -a --cleanup=verbatim -F "$text" "v$version"
trap - EXIT
rm -f "$text"
echo "v$version is committed and tagged here. To publish it: git push --follow-tags"
