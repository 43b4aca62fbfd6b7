/* The program's calls that make descriptors, and those that are open still. Private to census/. */
#pragma once

#include "census/entry.h"

/* With the lock; false: it wants no more. */
bool descriptors_each(census_visit *each, void *arg);
