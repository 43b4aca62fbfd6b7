/* What leaked tasks keep alive, in words. */
#pragma once

#include "probe/gauges.h"
#include <stdbool.h>

/* Of one request: "1 task, 1 channel, 4,352 bytes". "" where it is not known, or there is nothing. */
enum { KEPT_TEXT = 256 };
const char *kept_text(char text[KEPT_TEXT], const struct kept *kept);
