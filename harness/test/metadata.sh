#!/bin/sh
# Each form that other programs read, by its own tool: CITATION.cff and .zenodo.json by cffconvert, data packages and
# their tables by frictionless, schema.org's data in the pages by its types (schema-dts, tsc). `make metadata` fetches
# them; what is not there is skipped, and the last line says so.
#
#     metadata.sh RESULTS
#
# RESULTS is a folder of saved results with their pages. Exit status 77: skipped.
set -eu
results=$1
bin=build/metadata/bin node=build/metadata/npm/node_modules
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM

fail() {
    echo "$*" >&2
    exit 1
}

[ -x $bin/cffconvert ] && [ -x $bin/frictionless ] && [ -d $node/schema-dts ] && command -v node >/dev/null || {
    echo "what checks them is not there (make metadata)"
    exit 77
}

# As it is, and as it is once an address and a DOI are known.
$bin/cffconvert --validate -i CITATION.cff >"$folder/out" 2>&1 || fail "CITATION.cff: $(cat "$folder/out")"
cp CITATION.cff .zenodo.json "$folder"
(cd "$folder" && sh "$OLDPWD/harness/origin.sh" keep https://example.org/leaklab 10.5281/zenodo.1) >/dev/null
$bin/cffconvert --validate -i "$folder/CITATION.cff" >"$folder/out" 2>&1 || fail "with an address: $(cat "$folder/out")"
$bin/cffconvert -f zenodo -i CITATION.cff >"$folder/zenodo.json"

# What cffconvert makes of CITATION.cff stands in .zenodo.json; each data package is valid, with all its tables; a table
# with one wrong cell is not; and the pages' data, as a program in TypeScript.
$bin/python - "$results" "$folder" <<'PYTHON' || exit 1
import glob, json, os, re, shutil, sys
from frictionless import Package
results, folder = sys.argv[1:]

def wrong(text):
    sys.exit("metadata: " + text)

made, kept = json.load(open(folder + "/zenodo.json")), json.load(open(".zenodo.json"))
json.load(open(folder + "/.zenodo.json"))
for name, value in made.items():
    if kept.get(name) != value:
        wrong(f".zenodo.json: {name} is {kept.get(name)!r}, and by CITATION.cff {value!r}")

packages = glob.glob(results + "/*/datapackage.json")
if not packages:
    wrong(f"there is no data package in {results}")
for path in packages:
    report = Package(path).validate()
    if not report.valid:
        wrong(f"{path}: {report.flatten(['type', 'message'])[:3]}")
bad = folder + "/bad"
shutil.copytree(os.path.dirname(packages[0]), bad)
table = sorted(glob.glob(bad + "/tables/*.csv"))[0]
lines = open(table).read().split("\n")
open(table, "w").write("\n".join([lines[0], lines[1] + ",one more"] + lines[2:]))
if Package(bad + "/datapackage.json").validate().valid:
    wrong("a table with a cell too many is told to be valid")

pages, data = 0, ["import type { Dataset, DataCatalog, WithContext } from 'schema-dts';"]
for path in [results + "/index.html"] + sorted(glob.glob(results + "/pairs/*.html")):
    for text in re.findall(r'<script type="application/ld\+json">(.*?)</script>', open(path).read(), re.S):
        data.append(f"export const page{pages}: WithContext<{json.loads(text)['@type']}> = {text};")
        pages += 1
if pages < 2:
    wrong(f"{pages} pages in {results} have data")
open("build/metadata/data.mts", "w").write("\n".join(data))
open("build/metadata/wrong.mts", "w").write("\n".join(data).replace('"variableMeasured"', '"variableMessured"'))
PYTHON

checked() { # FILE
    node $node/typescript/bin/tsc --noEmit --strict --skipLibCheck --module nodenext --moduleResolution nodenext \
        "build/metadata/$1" >"$folder/out"
}
# Where the modules are looked for.
[ -e build/metadata/node_modules ] || ln -s npm/node_modules build/metadata/node_modules
checked data.mts || fail "schema.org: $(head -n 5 "$folder/out")"
! checked wrong.mts || fail "a property that schema.org does not have is taken"
