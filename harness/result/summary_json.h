/* A summary as JSON: what a saved result holds for everything but its raw samples. summary_read.h
 * reads it back. */
#pragma once

#include "result/summary.h"

/* NULL where there is no memory. */
json_t *summary_json(const struct summary *summary);
