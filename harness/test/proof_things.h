/* What tasks of a random program have in their hands, and how it is handed on, dropped and woken. */
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

/* Those that lie in static data, and what a context's value is kept under. */
extern struct shared program_shared[2];
extern const int program_key;

/* By the program's seed, from 0 on. */
int program_below(int n);

struct thing thing_make(struct ctx *parent);
/* One more holder; NOTHING where it can have but one. */
struct thing thing_reference(struct thing t);
void thing_drop(struct thing t);

/* Hands one on: a copy, or the thing itself, which then is nowhere else. */
struct thing hands_give(struct thing *hand);
/* Drops it where no hand is free. */
void hands_take(struct hands *h, struct thing t);
/* NULL: there is none of the kind. */
struct thing *hands_find(struct hands *h, enum thing_kind kind);
struct ctx *hands_context(struct hands *h);
void hands_unlock(struct hands *h, int i);

/* Wake whom they can. */
void thing_flush(struct thing t);
void shared_flush(struct shared *s);
void hands_flush(struct hands *h);
