/* A sample's first comment: what goes wrong in it, or what cures it. */
#pragma once

#include <stddef.h>

/* Its words as one line, without the stars, and with `place` the rest of a sentence that begins
 * "Decision matrix:", or "". seen: the reports that a sentence "Seen in X and Y." names, or ""; it stays among
 * the words. lines: how many lines of the source it takes, the empty ones after it too. Where the source begins
 * with no comment all is empty. The caller frees it by prose_free(). */
struct prose {
    char *words, *place, *seen;
    size_t lines;
};
struct prose prose_of(const char *source);
void prose_free(struct prose *prose);
