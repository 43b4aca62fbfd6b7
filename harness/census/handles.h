/* The program's calls that make and close handles. Private to census/. */
#pragma once

#include "census/entry.h"

/* With the lock; false: it wants no more. */
bool handles_each(census_visit *each, void *arg);
