/* Locks among tasks: mutex, readers-writer mutex, condition. First come, first served.
 *
 * Tasks do not run in parallel; a lock guards what must hold over a parking call. Each is ready for
 * use zero-initialized and owns nothing. Unlocking what is not locked stops the program.
 */
#pragma once

#include "task/wait_group.h"
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct mutex {
    bool locked;
    struct wait_queue waiters;
};

void mutex_lock(struct mutex *m);
bool mutex_try_lock(struct mutex *m);
void mutex_unlock(struct mutex *m);

/* Any number of readers or one writer. A waiting writer goes before readers that come later. */
struct rw_mutex {
    size_t readers;
    bool writing;
    struct wait_queue waiters;
};

void rw_mutex_rlock(struct rw_mutex *m);
void rw_mutex_runlock(struct rw_mutex *m);
void rw_mutex_lock(struct rw_mutex *m);
void rw_mutex_unlock(struct rw_mutex *m);

/* A condition over a mutex that the caller holds; wait gives it up while it parks. */
struct cond {
    struct mutex *mutex;
    struct wait_queue waiters;
};

void cond_wait(struct cond *c);
void cond_signal(struct cond *c);
void cond_broadcast(struct cond *c);

#ifdef __cplusplus
}
#endif
