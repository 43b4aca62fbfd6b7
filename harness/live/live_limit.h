/* How much memory a case may be allowed. */
#pragma once

#include "live/live_state.h"

/* The highest limit, in bytes, with which so many cases together do not go over what is free now. */
int64_t live_limit_most(const struct live *live, unsigned cases);
