/* When a service of so much memory dies, at so many requests a second, by what was measured of a
 * pair. */
#pragma once

#include "result/forecast.h"
#include "result/summary.h"

/* rate in requests per second, memory in bytes, both above 0. */
struct forecast forecast_of(const struct measured_pair *pair, enum variant variant, double rate,
                            double memory);
