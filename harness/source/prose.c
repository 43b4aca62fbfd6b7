#include "source/prose.h"
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The comment's text with each run of blanks, stars and line ends as one blank. */
static char *gather(const char *from, const char *to)
{
    char *words = malloc((size_t)(to - from) + 1), *end = words;
    bool line_begins = false;
    if (!words)
        return NULL;
    for (; from < to; from++) {
        bool blank =
            *from == ' ' || *from == '\n' || *from == '\t' || (*from == '*' && line_begins);
        line_begins = *from == '\n' || (line_begins && blank && *from != '*');
        if (!blank)
            *end++ = *from;
        else if (end > words && end[-1] != ' ')
            *end++ = ' ';
    }
    while (end > words && end[-1] == ' ')
        end--;
    *end = 0;
    return words;
}

static size_t lines_to(const char *from, const char *to)
{
    size_t lines = 0;
    for (; from < to; from++)
        lines += *from == '\n';
    return lines;
}

/* Up to the sentence's end. A point within a name, as in lazy.nvim, is none. */
static char *seen_in(const char *words)
{
    static const char mark[] = "Seen in ";
    const char *seen = words ? strstr(words, mark) : NULL;
    if (!seen)
        return strdup("");
    seen += strlen(mark);
    size_t length = strcspn(seen, ".");
    while (seen[length] && seen[length + 1] && !strchr(" \n", seen[length + 1]))
        length += 1 + strcspn(seen + length + 1, ".");
    return strndup(seen, length);
}

struct prose prose_of(const char *source)
{
    static const char mark[] = "Decision matrix: ";
    const char *end = strncmp(source, "/*", 2) == 0 ? strstr(source, "*/") : NULL;
    struct prose prose = {0};
    if (end) {
        const char *rest = end + 2 + strspn(end + 2, "\n");
        prose.words = gather(source + 2, end);
        prose.lines = lines_to(source, rest);
    } else
        prose.words = strdup("");
    prose.seen = seen_in(prose.words);
    char *place = prose.words ? strstr(prose.words, mark) : NULL;
    prose.place = strdup(place ? place + strlen(mark) : "");
    if (place) {
        *place = 0;
        if (place > prose.words)
            place[-1] = 0;
    }
    if (prose.place && *prose.place && prose.place[strlen(prose.place) - 1] == '.')
        prose.place[strlen(prose.place) - 1] = 0;
    return prose;
}

void prose_free(struct prose *prose)
{
    free(prose->words);
    free(prose->place);
    free(prose->seen);
}
