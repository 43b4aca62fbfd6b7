/* Sweeps: settings over a grid, as in --sweep stack=16K,64K,256K --sweep rate=100,1000. */
#pragma once

#include "probe/gauges.h"

enum { SWEEP_POINTS = 1000 }; /* at most */

/* The settings to run, at first one. The caller frees points. */
struct sweep {
    struct settings *points;
    size_t count;
};

/* Multiplies the points by what one option says: NAME=VALUE,VALUE... NAME is stack, rate, requests or
 * samples. False: *why is one line without the option's name. */
bool sweep_add(struct sweep *sweep, const char *option, char *why, size_t size);
