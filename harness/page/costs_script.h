/* The script by which gnuplot draws the costs of operations. */
#pragma once

#include "page/costs_drawn.h"

/* One figure's (page/draw.h). The caller frees it; NULL where there is no memory. */
char *costs_script(const struct costs_drawn *drawn);
