/* What memory requests cost, told apart: what came with each of them, and what came once.
 *
 * Load stands still three times: before it, when its first quarter has returned, and when all has. A table that
 * is made once, a page of code that is read once, is paid for by the first requests, however many follow; what is
 * left behind by each goes on. So the growth over the later ones is what a request costs, and it does not move
 * with their number:
 *
 *     each = (after - opened) / (requests - opening)
 *     once = after - before - each x requests
 *
 * How far `each` holds is said with it. It is off by what one step of what is counted (a page) makes, by what came once, if
 * that came again among the later ones, and by what the first ones had cost less: growth that has only come late.
 */
#pragma once

#include "probe/outcome.h"

struct apart {
    double each; /* of one request; NAN: not known */
    double
        once; /* together, of either sign: what was there and is used up is less; NAN: not told apart */
    double within; /* each is known to so much; NAN where it is not known */
};

/* A figure at the three moments, and after how many requests. opened: NAN where it was not looked at; then
 * all of the growth is shared out. step: the least that the figure can change by. */
struct standing {
    double before, opened, after;
    double opening, requests;
    double step;
};

struct apart apart_of(const struct standing *standing);

/* The same of three looks at a case; opened and after may be NULL. NAN from figure(): not known. */
struct apart apart_between(const struct sample *before, const struct sample *opened,
                           const struct sample *after,
                           double (*figure)(const struct sample *sample));

/* Bytes, in pages. NAN: the kernel does not say. */
double apart_rss(const struct sample *sample);
double apart_page_tables(const struct sample *sample);

/* How much a request adds to the resident set, from the looks at this case. What died is taken to its last look. */
struct apart apart_of_outcome(const struct outcome *outcome);
