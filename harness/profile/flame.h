/* Where the parked tasks stand, for flame graphs: root first, the wait reason on top. */
#pragma once

#include "profile/collect.h"
#include <stdio.h>

/* A line a stack, `ROOT;...;LEAF;[REASON] COUNT`, as flame graph tools read it. */
void flame_folded(const struct profile *p, FILE *out);

/* The graph itself as SVG, without scripts: each frame's width is its share of the tasks, and its
 * title tells function, place and count. 0, or -1 with errno where memory is short. */
int flame_svg(const struct profile *p, const char *title, FILE *out);
