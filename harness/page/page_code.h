/* A pair's sources on the page. */
#pragma once

#include "result/summary.h"
#include <stdbool.h>
#include <stdio.h>

/* Both sources side by side, without the comment that opens each. False likewise. */
bool page_code(FILE *out, const struct measured_pair *pair);
