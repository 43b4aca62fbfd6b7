/* When a service of so much memory dies, at so many requests a second, by what was measured of a
 * pair. */
#pragma once

#include "result/forecast.h"
#include "result/summary.h"

/* rate in requests per second, memory in bytes, both above 0. */
struct forecast forecast_of(const struct measured_pair *pair, enum variant variant, double rate,
                            double memory);

/* What every page says of a leak: a service of so much memory, at so many requests a second. The second is what is
 * said of such leaks everywhere: a thousand a minute exhaust the memory. */
struct service {
    const char *name;
    double rate, memory;
};

enum { SERVICES = 2 };

extern const struct service services[SERVICES];
