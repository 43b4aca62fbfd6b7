/* What a case may be limited to. */
#pragma once

#include "live/live_state.h"

/* The highest memory limit of a case, in bytes, that both together do not go over what is free now. */
int64_t live_limit_most(const struct live *live);
