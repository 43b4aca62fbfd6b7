/* The figures of benchmarks: what one operation costs over N, both on log axes, with what was fitted
 * to it. A pair's leak and fix are in one. */
#pragma once

#include "page/draw.h"
#include "record/benchmarks.h"

/* One a family that was run for two N or more, in the order of the report, not drawn yet: svg is
 * NULL. *count of them; the caller frees them by draw_free(). NULL where there is no memory. */
struct figure *plot_costs_planned(const struct benchmarks *benchmarks, size_t *count);

/* The same, drawn. NULL: *why. */
struct figure *plot_costs(const struct benchmarks *benchmarks, size_t *count, char *why,
                          size_t size);
