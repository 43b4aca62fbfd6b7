/* Which files are mapped into a process, and where. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct mapped_file {
    uint64_t low, high; /* from its beginning to the end of its last mapping */
    char *path;
};

struct mapped_files {
    struct mapped_file *all;
    size_t length;
};

/* One mapping of a file more: these addresses have it from this byte on. False where memory is short. The mappings
 * of a file come one after the other, by address. */
bool mapped_add(struct mapped_files *files, uint64_t low, uint64_t high, uint64_t offset,
                const char *path);

/* Those in a /proc/PID/maps. */
bool mapped_read(struct mapped_files *files, FILE *maps);

void mapped_free(struct mapped_files *files);
