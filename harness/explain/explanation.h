/* What is to be said of one dump: its places, which are suspects, and what pattern they look like. */
#pragma once

#include "explain/suspects.h"
#include <stdio.h>

struct explained_site {
    struct site site;
    bool is_suspect;
    char why[SUSPECT_WHY];
    struct likeness like[LIKENESSES]; /* of a suspect */
    size_t like_count;
};

struct explanation {
    const struct dump *dump;
    const char *name; /* of the file or URL, as it may be shown */
    struct explained_site *sites;
    size_t length, suspects;
};

/* Suspects first, the largest first. False: no memory. The dump has to live on. */
bool explanation_make(struct explanation *explanation, const struct dump *dump, const char *name,
                      const struct own *own);
void explanation_free(struct explanation *explanation);

/* `FUNCTION FILE:LINE`, as much of it as is known; with nothing in it that steers a terminal. */
void explained_place(const struct dump *dump, const struct dump_frame *frame, FILE *out);

/* "3 to 45 minutes", or "". */
const char *explained_minutes(const struct site *site, char text[64]);

/* What could not be read, a line each, some at most; the whole count where there are more. before: in front of
 * each line. */
void explained_remarks(const struct dump *dump, const char *before, FILE *out);
