# harness/detect/README.md with the tables of leak detectors that results/detectors.md has, in place of its own:
#     awk -f harness/detect/readme.awk results/detectors.md harness/detect/README.md
# Each stands between <!-- NAME --> and <!-- /NAME -->; one that the results do not have stays as it is.
/^<!-- \/(plain )?detectors -->/ { inside = "" }
FNR == NR && inside { table[inside] = table[inside] $0 "\n" }
FNR == NR && /^<!-- (plain )?detectors -->/ { inside = /plain/ ? "plain" : "tasks" }
FNR == NR { next }
!inside { print }
/^<!-- (plain )?detectors:/ && (/^<!-- plain/ ? "plain" : "tasks") in table {
    inside = /^<!-- plain/ ? "plain" : "tasks"
    printf "%s", table[inside]
}
