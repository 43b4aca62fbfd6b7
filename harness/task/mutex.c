/* Locks. An unlock hands the lock straight to whoever waits first, so nobody overtakes. */
#include "task/mutex.h"
#include "task/panic.h"
#include "task/wait_queue.h"

bool mutex_try_lock(struct mutex *m)
{
    if (m->locked)
        return false;
    return m->locked = true;
}

void mutex_lock(struct mutex *m)
{
    if (mutex_try_lock(m))
        return;
    sched_require_task("mutex_lock()");
    wait_in_queue(&m->waiters, WAIT_MUTEX, m);
}

void mutex_unlock(struct mutex *m)
{
    if (!m->locked)
        task_fatal("sync: unlock of unlocked mutex");
    if (!wake_first(&m->waiters))
        m->locked = false;
}

/* --- Readers and writers -------------------------------------------------------------------- */

void rw_mutex_rlock(struct rw_mutex *m)
{
    if (!m->writing && !m->waiters.first) {
        m->readers++;
        return;
    }
    sched_require_task("rw_mutex_rlock()");
    wait_in_queue(&m->waiters, WAIT_RW_MUTEX_READ, m);
}

void rw_mutex_lock(struct rw_mutex *m)
{
    if (!m->writing && !m->readers) {
        m->writing = true;
        return;
    }
    sched_require_task("rw_mutex_lock()");
    wait_in_queue(&m->waiters, WAIT_RW_MUTEX_WRITE, m);
}

/* Hands a lock that is free to the first that waits: one writer, or the readers up to the next. */
static void hand_over(struct rw_mutex *m)
{
    if (!m->waiters.first)
        return;
    if (m->waiters.first->reason == WAIT_RW_MUTEX_WRITE) {
        m->writing = true;
        wake_first(&m->waiters);
        return;
    }
    while (m->waiters.first && m->waiters.first->reason == WAIT_RW_MUTEX_READ) {
        m->readers++;
        wake_first(&m->waiters);
    }
}

void rw_mutex_runlock(struct rw_mutex *m)
{
    if (!m->readers)
        task_fatal("sync: RUnlock of unlocked RWMutex");
    if (--m->readers == 0)
        hand_over(m);
}

void rw_mutex_unlock(struct rw_mutex *m)
{
    if (!m->writing)
        task_fatal("sync: Unlock of unlocked RWMutex");
    m->writing = false;
    hand_over(m);
}

/* --- Condition ------------------------------------------------------------------------------ */

void cond_wait(struct cond *c)
{
    sched_require_task("cond_wait()");
    mutex_unlock(c->mutex);
    wait_in_queue(&c->waiters, WAIT_COND, c);
    mutex_lock(c->mutex);
}

void cond_signal(struct cond *c)
{
    wake_first(&c->waiters);
}

void cond_broadcast(struct cond *c)
{
    while (wake_first(&c->waiters))
        ;
}
