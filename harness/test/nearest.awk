# The words of a list that a mistyped one may have meant, by single-character edits, best first:
# printf '%s\n' LIST... | awk -v typed=WORD -f nearest.awk
function least(a, b) { return a < b ? a : b }

function distance(a, b,    i, j, row, diagonal, replaced) {
    for (j = 0; j <= length(b); j++)
        row[j] = j
    for (i = 1; i <= length(a); i++) {
        diagonal = row[0]
        row[0] = i
        for (j = 1; j <= length(b); j++) {
            replaced = diagonal + (substr(a, i, 1) != substr(b, j, 1))
            diagonal = row[j]
            row[j] = least(replaced, least(row[j], row[j - 1]) + 1)
        }
    }
    return row[length(b)]
}

{
    far = index($0, typed) ? 1 : distance(typed, $0)
    if (far <= length(typed) / 3 + 1)
        near[far] = near[far] " " $0
}

END {
    for (far = 0; far <= length(typed) / 3 + 1; far++)
        words = words near[far]
    print words ? "nearest:" words : "harness/test/test_*.c are what there is"
}
