/* The middle of a few values, and how far they go. */
#pragma once

#include <stddef.h>

struct spread {
    double median, least, most; /* NAN: of nothing */
};

/* Sorts the values. */
struct spread spread_of(double *values, size_t count);
