/* What the kernel says of a process, for Prometheus's process_* metrics and for watching others. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct process_figures {
    int64_t resident, virtual_size; /* bytes */
    double cpu_seconds;             /* user and system */
    double start_time;              /* seconds since the epoch */
    int64_t open_descriptors, most_descriptors;
};

/* Of the calling process. What can not be read is 0. */
void process_look(struct process_figures *figures);
