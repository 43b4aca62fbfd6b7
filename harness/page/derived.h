/* What is made of one saved result within its folder, and may be made anew at any time: the figures, its README.md,
 * and what is for other programs. */
#pragma once

#include "exchange/files.h"
#include "page/draw.h"
#include "page/findings.h"
#include "result/confirmed.h"
#include "result/summary.h"
#include <stdbool.h>

/* The folder of figures, and the sums of them in it: they say that a figure is whole, where another gnuplot
 * than the one that drew it can not. */
#define DERIVED_FIGURES "figures"
#define DERIVED_SUMS    "SHA256SUMS"

/* As they have to be. */
struct derived {
    size_t count;
    struct figure *figures; /* without svg: could not be drawn */
    char *readme;
    struct exchange_files files;
};

/* Of the result in this folder; others: the results beside it that have confirmed any. A figure that can not be drawn is found. False: *why. derived_free() in either
 * case. */
bool derived_of(struct derived *derived, const char *folder, const struct summary *summary,
                const struct confirmers *others, struct findings *findings, char *why, size_t size);
void derived_free(struct derived *derived);

/* Whether a file of this name belongs into the folder of figures. */
bool derived_has(const struct derived *derived, const char *name);

/* Puts them in the place of what is there; other files in the folder of figures are gone then. */
bool derived_write(const struct derived *derived, const char *folder, char *why, size_t size);

/* What DERIVED_SUMS says, or would have to say, of the figures that are there. The caller frees it; NULL:
 * *why. */
char *derived_sums(const struct derived *derived, const char *folder, char *why, size_t size);
