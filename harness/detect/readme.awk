# harness/detect/README.md with the table of leak detectors that results/detectors.md has, in place of its own:
#     awk -f harness/detect/readme.awk results/detectors.md harness/detect/README.md
FNR == NR && /^<!-- \/detectors -->/ { inside = 0 }
FNR == NR && inside { table = table $0 "\n" }
FNR == NR && /^<!-- detectors -->/ { inside = 1 }
FNR == NR { next }
/^<!-- \/detectors -->/ { inside = 0 }
!inside { print }
/^<!-- detectors:/ { inside = 1; printf "%s", table }
