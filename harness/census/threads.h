/* The program's calls that make threads. Private to census/. */
#pragma once

#include "census/entry.h"

/* With the lock; false: it wants no more. */
bool threads_each(census_visit *each, void *arg);
