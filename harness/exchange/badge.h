/* A figure as a badge: a small SVG that stands in a README or on a slide. */
#pragma once

#include "result/summary.h"

/* Of a leak that was measured: its id, and what a request leaves behind. The caller frees it; NULL: no memory. */
char *badge_svg(const struct measured_pair *pair);
