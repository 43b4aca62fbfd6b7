/* Random programs for the test of the proof's truth: tasks with hands full of channels, locks, contexts and timers,
 * which they make, share, hand on through each other, wait for, forget and drop. Any of them may end up waiting for
 * ever; the program itself knows of none that does.
 *
 * It hides nothing: what a task has lies in a block that its stack points to. */
#pragma once

#include "test/proof_cases.h"

#include "task/ctx.h"
#include "task/mutex.h"
#include "task/semaphore.h"
#include "task/time.h"
#include "task/timer.h"
#include "task/wait_group.h"
#include <string.h>

enum { HANDS = 6, LOCKS_HELD = 4, TABLE = 4, IDS = 1 << 22 };

enum thing_kind { NOTHING, CHANNEL, SHARED, CONTEXT, TIMER, THING_KINDS };

struct thing {
    enum thing_kind kind;
    void *object;
};

/* Locks and the like, with a place for one thing more. Some lie in static data. */
struct shared {
    size_t references;
    bool flushed;
    struct mutex mutex, cond_mutex;
    struct rw_mutex rw;
    struct wait_group group;
    int waiting; /* for the group, woken or not: nobody may add meanwhile */
    struct cond cond;
    struct semaphore slots;
    struct thing inside;
};

enum lock_kind { NO_LOCK, MUTEX, READ, WRITE, SLOT };

/* What a task has. */
struct hands {
    struct thing things[HANDS];
    struct {
        enum lock_kind kind;
        struct shared *shared;
    } locks[LOCKS_HELD];
    int steps;
};

extern struct program {
    uint64_t seed;
    bool flushing;      /* whoever runs wakes all it can, and ends */
    bool loses;         /* tasks forget without dropping */
    bool ends;          /* what is proven is made to end, mostly */
    uint8_t *proven;    /* by id: no more than that such a task shall never run */
    uint64_t ran_after; /* a proven task that has run: its id */
    size_t steps, ended;
} program;

/* Where the program keeps things that no task has. */
extern struct thing volatile program_table[TABLE];
extern _Thread_local struct thing volatile program_thread_table[2];

/* Starts so many tasks, and lets them run until all are parked, or end. */
void program_start(int tasks);
/* One step of the program's own: puts things into its tables, takes some out, lets time pass. */
void program_step(void);
/* Wakes whatever can be woken, by every way there is, until nothing moves. */
void program_flush(void);
