/* The figure of what leaked tasks do to a request beside them: latency over how many there are. */
#pragma once

#include "page/draw.h"
#include "record/benchmarks.h"
#include <stdio.h>

/* The end of the figure's path within its result: "bystander". */
extern const char plot_bystander_id[];

/* Planned, and not drawn: one, or none where the report has none of it. *count of them; the caller frees them by
 * draw_free(). NULL: no memory. */
struct figure *plot_bystander_planned(const struct benchmarks *benchmarks, size_t *count);
