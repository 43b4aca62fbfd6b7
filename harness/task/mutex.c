/* Locks.
 *
 * Invariants:
 * - Somebody waits only for a lock that is held. An unlock hands it straight to who waits first, so
 *   nobody overtakes, and a task that was woken has it.
 * - A lock changes hands in the functions take...() and hand_over...(), and nowhere else.
 *
 * Parking clobbers all registers, so it is in functions of its own: a lock that is free saves none.
 */
#include "task/mutex.h"
#include "task/panic.h"
#include "task/wait_queue.h"

static inline bool take(struct mutex *m)
{
    if (m->locked)
        return false;
    return m->locked = true;
}

static inline void hand_over(struct mutex *m)
{
    if (!wake_first(&m->waiters))
        m->locked = false;
}

bool mutex_try_lock(struct mutex *m)
{
    wait_require(m, "mutex_try_lock() of a NULL mutex");
    return take(m);
}

static __attribute__((noinline)) void lock_parked(struct mutex *m)
{
    wait_require(m, "mutex_lock() of a NULL mutex");
    sched_require_task("mutex_lock()");
    wait_in_queue(&m->waiters, WAIT_MUTEX, m);
}

void mutex_lock(struct mutex *m)
{
    if (!m || !take(m))
        lock_parked(m);
}

static _Noreturn __attribute__((noinline)) void refuse_unlock(const struct mutex *m)
{
    wait_require(m, "mutex_unlock() of a NULL mutex");
    task_fatal("sync: unlock of unlocked mutex");
}

void mutex_unlock(struct mutex *m)
{
    if (!m || !m->locked)
        refuse_unlock(m);
    hand_over(m);
}

/* --- Readers and writers -------------------------------------------------------------------- */

static inline bool take_to_read(struct rw_mutex *m)
{
    if (m->writing || m->waiters.first)
        return false;
    m->readers++;
    return true;
}

static inline bool take_to_write(struct rw_mutex *m)
{
    if (m->writing || m->readers)
        return false;
    return m->writing = true;
}

/* To one writer, or to the readers up to the next. */
static void hand_over_to_first(struct rw_mutex *m)
{
    if (m->waiters.first && m->waiters.first->reason == WAIT_RW_MUTEX_WRITE) {
        m->writing = true;
        wake_first(&m->waiters);
        return;
    }
    while (m->waiters.first && m->waiters.first->reason == WAIT_RW_MUTEX_READ) {
        m->readers++;
        wake_first(&m->waiters);
    }
}

bool rw_mutex_try_rlock(struct rw_mutex *m)
{
    wait_require(m, "rw_mutex_try_rlock() of a NULL mutex");
    return take_to_read(m);
}

static __attribute__((noinline)) void rlock_parked(struct rw_mutex *m)
{
    wait_require(m, "rw_mutex_rlock() of a NULL mutex");
    sched_require_task("rw_mutex_rlock()");
    wait_in_queue(&m->waiters, WAIT_RW_MUTEX_READ, m);
}

void rw_mutex_rlock(struct rw_mutex *m)
{
    if (!m || !take_to_read(m))
        rlock_parked(m);
}

bool rw_mutex_try_lock(struct rw_mutex *m)
{
    wait_require(m, "rw_mutex_try_lock() of a NULL mutex");
    return take_to_write(m);
}

static __attribute__((noinline)) void write_lock_parked(struct rw_mutex *m)
{
    wait_require(m, "rw_mutex_lock() of a NULL mutex");
    sched_require_task("rw_mutex_lock()");
    wait_in_queue(&m->waiters, WAIT_RW_MUTEX_WRITE, m);
}

void rw_mutex_lock(struct rw_mutex *m)
{
    if (!m || !take_to_write(m))
        write_lock_parked(m);
}

void rw_mutex_runlock(struct rw_mutex *m)
{
    wait_require(m, "rw_mutex_runlock() of a NULL mutex");
    if (!m->readers)
        task_fatal("sync: RUnlock of unlocked RWMutex");
    if (--m->readers == 0)
        hand_over_to_first(m);
}

void rw_mutex_unlock(struct rw_mutex *m)
{
    wait_require(m, "rw_mutex_unlock() of a NULL mutex");
    if (!m->writing)
        task_fatal("sync: Unlock of unlocked RWMutex");
    m->writing = false;
    hand_over_to_first(m);
}

/* --- Condition ------------------------------------------------------------------------------ */

void cond_wait(struct cond *c)
{
    wait_require(c, "cond_wait() on a NULL condition");
    wait_require(c->mutex, "cond_wait() on a condition without a mutex");
    sched_require_task("cond_wait()");
    mutex_unlock(c->mutex);
    wait_in_queue(&c->waiters, WAIT_COND, c);
    mutex_lock(c->mutex);
}

void cond_signal(struct cond *c)
{
    wait_require(c, "cond_signal() of a NULL condition");
    wake_first(&c->waiters);
}

void cond_broadcast(struct cond *c)
{
    wait_require(c, "cond_broadcast() of a NULL condition");
    wake_all(&c->waiters);
}
