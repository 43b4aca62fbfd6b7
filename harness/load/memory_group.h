/* A memory cgroup around one process: at its limit the kernel kills what is in it.
 *
 * Beside resident memory and page tables the kernel charges for what it keeps itself: mappings (two for each
 * stack before Linux 6.13), kernel stacks, buffers of sockets, files read for the first time; and it does not
 * charge for pages of files that others have read already. */
#pragma once

#include "probe/outcome.h"

struct memory_group {
    enum limit_by by;  /* LIMIT_CGROUP_V1 or _V2; LIMIT_NONE: there is none */
    char path[512];    /* of its folder */
    int join;          /* a process joins by writing "0" there */
    int usage, events; /* what is charged to it; what the kernel did to it */
    uint64_t limit;    /* bytes */
};

/* Makes one below this process's own, of version 2 or else 1, with this limit and no swap. False
 * where none may be made; *why says for which reason. */
bool memory_group_make(struct memory_group *group, uint64_t bytes, char *why, size_t size);

/* Sets its limit so many bytes above what is charged to it now. */
void memory_group_move(struct memory_group *group, int64_t room);

/* It keeps no limit any more. */
void memory_group_lift(struct memory_group *group);

/* How many processes in it the kernel has killed for want of memory. */
uint64_t memory_group_kills(const struct memory_group *group);

/* Takes it away again; nothing may be in it any more. */
void memory_group_end(struct memory_group *group);
