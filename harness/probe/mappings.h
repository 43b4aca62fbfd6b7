/* What the resident pages of a process belong to, by the mappings that they lie in. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Resident bytes. */
struct mappings {
    int64_t stacks;  /* the tasks' */
    int64_t heap;    /* other anonymous mappings: the allocator's, and what it keeps of itself */
    int64_t program; /* pages of files that were written to, the thread's own stack */
    int64_t files;   /* pages as they are in files: the program's, the libraries' */
    int64_t shared;  /* shared memory */
};

/* Adds up the text of /proc/PID/smaps. Task stacks are known by their name, where the kernel keeps
 * names of anonymous mappings, else by how they were mapped: without reserve and without huge
 * pages. False where the text is cut off or is none. */
bool mappings_read(FILE *smaps, struct mappings *mappings);
