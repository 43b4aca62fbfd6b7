/* Figures, drawn by gnuplot: an SVG of its own each, which follows the reader's light or dark scheme;
 * what it draws with are the colours of draw_dark, which a page that holds it must map likewise. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum plot {
    PLOT_LIVE,
    PLOT_MEMORY,
    PLOTS, /* of each pair */
    PLOT_COST = PLOTS,
    PLOT_LATENCY
};

/* "live", "memory", "cost" or "latency": the end of the file's name. */
const char *plot_name(enum plot plot);

struct figure {
    char *id; /* the beginning of the file's name */
    enum plot plot;
    char *words;  /* what it shows, for readers who can not see it */
    char *script; /* how gnuplot draws it, within the style of all; NULL: it is planned only */
    char *svg;    /* the whole file */
};

/* Draws them. One that gnuplot can not draw is left without its svg, and *why says of the last such one what
 * gnuplot said, else it is "". False: there is no gnuplot, or no place to draw in; *why. */
bool draw(struct figure *figures, size_t count, char *why, size_t size);
void draw_free(struct figure *figures, size_t count);

/* The version of gnuplot that draws: figures are the same, to the byte, by the same version. The
 * caller frees it; NULL: *why. */
char *draw_version(char *why, size_t size);

/* CSS rules for dark schemes: each colour of the figures to one that is read on a dark ground. */
extern const char draw_dark[];
