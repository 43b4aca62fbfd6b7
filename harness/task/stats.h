/* What the runtime counts about itself, always on: a few stores each.
 *
 * The block is one page of its own, so that a meter outside the process can look at it: map shared
 * memory over it before the first task (task_stats_share) and read it from there at any time.
 */
#pragma once

#include "task/wait_reason.h"
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TASK_STATS_PAGE 4096

struct task_stats {
    uint64_t live;                     /* tasks: running, ready and parked */
    uint64_t spawned, finished;        /* ever; spawned == finished + live */
    uint64_t refused;                  /* go() that found no memory */
    uint64_t ended;                    /* leaked tasks that were made to end; of `finished` */
    uint64_t waiting[WAIT_REASONS];    /* parked tasks by reason; [WAIT_NONE] stays 0 */
    uint64_t timers;                   /* timer and ticker objects alive, sleeps not counted */
    uint64_t armed;                    /* deadlines in the clock's heap, sleeps included */
    uint64_t channels, contexts;       /* objects alive */
    uint64_t ios;                      /* listeners, connections and ends of pipes alive */
    uint64_t stacks_reserved;          /* bytes of address space in slabs */
    uint64_t stacks_used;              /* stacks with touched pages: live tasks' and cached ones */
    uint64_t hibernated;               /* tasks whose page is given back; of those parked */
    uint64_t hibernated_bytes;         /* of heap, for their copies */
    uint64_t hibernations, awakenings; /* ever; hibernations == awakenings + hibernated */
    uint64_t own_heap; /* bytes of heap that the runtime keeps for itself, most it ever needed */
} __attribute__((aligned(TASK_STATS_PAGE)));

extern struct task_stats task_stats;

/* Moves the block into the first page of the file fd (a memfd, say), shared. Counts so far move
 * along. Returns 0, or -1 with errno. */
int task_stats_share(int fd);

#ifdef __cplusplus
}
#endif
