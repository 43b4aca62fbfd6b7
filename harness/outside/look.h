/* One look at all tasks of somebody's memory: each task in some words, and groups of those that are alike.
 *
 * - Nothing that was read is believed: a walk goes on only while the records agree with each other, and ends after a
 *   bounded number of steps whatever is in memory.
 * - Where the memory changes meanwhile, tasks are read twice. Which ones ran in between is known, and counted: what
 *   is said of these, and where they wait, may be of two moments.
 */
#pragma once

#include "outside/layout.h"
#include "outside/seen.h"

struct texts;
struct groups;

struct look {
    struct seen_task *tasks; /* by address of their records */
    size_t length, room;
    struct seen_group *groups; /* largest first */
    size_t group_count;
    int64_t now; /* the tasks' time */
    bool is_virtual;
    size_t changed;      /* tasks that ran or ended meanwhile */
    uint64_t made;       /* tasks that were made meanwhile; they need not be among these */
    size_t hibernated;   /* as the runtime counts them; they are among these, and none wakes */
    size_t broken;       /* stacks in use whose record can not be read, or makes no sense */
    bool is_cut;         /* the list of stacks, or of what is ready, ended in what makes no sense */
    struct texts *texts; /* what the groups point to */
    struct groups *opened; /* likewise */
};

enum { LOOK_WHY = 256 };

/* Reads all tasks. moves: whether the memory may change meanwhile. is_core: time is that of the last look at the
 * clock. Returns false, with why, where memory is short, or nothing at all could be read. To be freed, either way. */
bool look_at(struct look *look, struct memory *memory, const struct task_layout *layout, bool moves,
             bool is_core, char why[LOOK_WHY]);
void look_free(struct look *look);

/* The task whose record is at this address, or LOOK_NONE. */
uint32_t look_task_at(const struct look *look, uint64_t at);
