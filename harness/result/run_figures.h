/* The figures of one case. Private to summary.c and run_figures.c. */
#pragma once

#include "result/summary.h"

struct run_figures run_figures_of(const struct recorded_case *c, uint64_t seed);

/* The points of load: figure over requests, or over tasks. The caller frees x and y. A series of
 * length 0 where there is no memory. */
enum against { AGAINST_REQUESTS, AGAINST_TASKS };
struct series run_series(const struct recorded_case *c, enum against against,
                         double (*figure)(const struct sample *sample));
void run_series_free(struct series *series);

double figure_rss(const struct sample *sample);
double figure_page_tables(const struct sample *sample);
