/* What this thread has allocated, as jemalloc counts it: for google-benchmark's memory report. */
#pragma once

#include "bench/shim.h"

/* False where the program runs on another allocator: sanitizer builds. */
bool allocation_is_counted(void);

/* Between the two calls below. */
bool allocation_is_on(void);

/* All that this thread allocates between the two. The number of allocations is exact, the peak as
 * exact as jemalloc keeps it: it looks every few hundred kilobytes. */
void allocation_start(void);
struct bench_memory allocation_stop(void);

/* Adds what a process has allocated that works for this one. */
void allocation_add(const struct bench_memory *elsewhere);
