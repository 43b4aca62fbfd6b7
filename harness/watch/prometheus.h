/* What Prometheus's text says of a process: how many tasks, how much memory, since when. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct prometheus {
    double tasks, rss, started; /* NAN: not said */
};

/* Reads go_goroutines, leaklab_tasks, process_resident_memory_bytes, process_start_time_seconds and leaklab's own of the
 * live page. False where none of them is there. text ends with a zero. */
bool prometheus_read(const char *text, struct prometheus *seen);
