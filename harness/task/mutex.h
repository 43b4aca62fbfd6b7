/* Locks among tasks: mutex, readers-writer mutex, condition. First come, first served.
 *
 * Tasks do not run in parallel; a lock guards what must hold over a parking call. Each is ready for
 * use zero-initialized and owns nothing. Who has locked unlocks: anybody else's unlock, and one of
 * what is not locked, stops the program. The calls that try do not park: they return whether they
 * have the lock now.
 */
#pragma once

#include "task/waiters.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct task;

/* In place of a task's id: a callback of the loop, or the program outside of task_run(). */
#define LOCK_OF_LOOP UINT64_MAX

/* Who has a lock. An unlock asks for the id, a proof also for where that task lives. */
struct lock_owner {
    uint64_t id; /* of the task, or LOCK_OF_LOOP; 0: nobody */
    struct task *task;
    const void *at; /* for telling: the return address of its call */
};

struct mutex {
    struct wait_queue waiters;
    struct lock_owner owner;
};

void mutex_lock(struct mutex *m);
bool mutex_try_lock(struct mutex *m);
void mutex_unlock(struct mutex *m);

/* So many readers of a lock are known at once; of more, only how many. */
#define RW_READERS_KNOWN 4

/* Any number of readers or one writer. A waiting writer goes before readers that come later. */
struct rw_mutex {
    struct wait_queue waiters;
    size_t readers;
    size_t readers_known; /* the first of known[] */
    struct lock_owner writer;
    struct lock_owner known[RW_READERS_KNOWN];
};

void rw_mutex_rlock(struct rw_mutex *m);
bool rw_mutex_try_rlock(struct rw_mutex *m);
void rw_mutex_runlock(struct rw_mutex *m);
void rw_mutex_lock(struct rw_mutex *m);
bool rw_mutex_try_lock(struct rw_mutex *m);
void rw_mutex_unlock(struct rw_mutex *m);

/* A condition over a mutex that the caller holds; wait gives it up while it parks. */
struct cond {
    struct mutex *mutex;
    struct wait_queue waiters;
    /* For telling. */
    uint64_t signals, unheard; /* and broadcasts, so far; those that found nobody waiting */
    const void *signalled_at;  /* return address of the last */
};

void cond_wait(struct cond *c);
void cond_signal(struct cond *c);
void cond_broadcast(struct cond *c);

#ifdef __cplusplus
}
#endif
