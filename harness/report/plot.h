/* The figures of a pair, leak and fix overlaid, drawn by gnuplot: one of what grows, one of the
 * resident set, both over the requests so far and with what settle left of them.
 *
 * An SVG of its own each, which follows the reader's light or dark scheme; what it draws with are
 * the colours of PLOT_DARK, which a page that holds it must map likewise.
 */
#pragma once

#include "report/summary.h"

enum plot { PLOT_LIVE, PLOT_MEMORY, PLOTS };

/* "live" or "memory": the end of the file's name. */
const char *plot_name(enum plot plot);

/* What it shows, in words: for readers who can not see it. The caller frees it. */
char *plot_words(const struct measured_pair *pair, enum plot plot);

struct figure {
    char *id;
    enum plot plot;
    char *svg; /* the whole file */
};

/* All figures of a record, two a pair, in its order; the caller frees them by plot_free(). NULL:
 * *why says what gnuplot said, or that it is not there. */
struct figure *plot_all(const struct recorded *recorded, const struct summary *summary,
                        size_t *count, char *why, size_t size);
void plot_free(struct figure *figures, size_t count);

/* The version of gnuplot that draws: figures are the same, to the byte, by the same version. The
 * caller frees it; NULL: *why. */
char *plot_version(char *why, size_t size);

/* CSS rules for dark schemes: each colour of the figures to one that is read on a dark ground. */
extern const char plot_dark[];
