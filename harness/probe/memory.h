/* The memory of a process as the kernel tells it, from /proc. */
#pragma once

#include "probe/mappings.h"
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Bytes; -1 where the kernel does not say. */
struct memory {
    int64_t rss; /* anon + file + shared */
    int64_t anon, file, shared;
    int64_t page_tables;
    int64_t charged; /* to its memory cgroup, the kernel's own for it too; not by memory_look() */
    int64_t swapped;
    bool exact; /* rss and anon by a walk over all pages, not from the kernel's running counters */
    struct mappings mappings; /* from the same walk; all -1 without one */
};

/* A process under watch. */
struct memory_watch {
    int status, smaps; /* descriptors; -1 where not open */
};

/* Opens what is read of pid, 0 for the caller itself. False and errno where there is none. */
bool memory_watch_start(struct memory_watch *watch, pid_t pid);
void memory_watch_end(struct memory_watch *watch);

/* Looks once: a few microseconds, and nothing to the process watched. With walk also at every page
 * of it, which takes longer the more there are, and holds up its mapping calls meanwhile. False
 * where the process is gone; *memory is all -1 then. */
bool memory_look(const struct memory_watch *watch, bool walk, struct memory *memory);

/* How much of the calling process's own memory from low to high is resident, in whole pages. */
size_t memory_resident_between(const void *low, const void *high);

/* The number that a file of the kernel's begins with; -1 where fd is, or where there is none. */
int64_t memory_number(int fd);
