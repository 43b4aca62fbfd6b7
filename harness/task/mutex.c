/* Locks. An unlock hands the lock straight to whoever waits first, so nobody overtakes. */
#include "task/mutex.h"
#include "task/panic.h"
#include "task/wait_queue.h"
#include <inttypes.h>
#include <stdio.h>

/* --- Owners --------------------------------------------------------------------------------- */

static inline void own(struct lock_owner *owner, const void *caller)
{
    *owner = (struct lock_owner){sched_hand(), task_sched.current, caller};
}

/* The lock is the task's from here on, though it has not run yet. */
static inline void own_for(struct lock_owner *owner, const struct wait_node *waiter)
{
    *owner = (struct lock_owner){waiter->task->id, waiter->task, sched_caller(waiter->task)};
}

enum { NAME = 64, MESSAGE = 256 };

static const char *name_of(uint64_t id, char name[NAME])
{
    if (id == HAND_LOOP)
        return "no task (the loop, or outside of a run)";
    snprintf(name, NAME, "task %" PRIu64, id);
    return name;
}

/* What: `unlock of mutex`. owner: whose it is, or one of them. */
static _Noreturn __attribute__((cold)) void
not_the_owner(const char *what, const struct lock_owner *owner, const void *caller)
{
    char message[MESSAGE], here[MESSAGE], there[MESSAGE], name[NAME];
    snprintf(there, sizeof there, "locked by %s at", name_of(owner->id, name));
    snprintf(message, sizeof message, "sync: %s, which %s holds", what, name_of(owner->id, name));
    snprintf(here, sizeof here, "unlocked by %s at", name_of(sched_hand(), name));
    task_panic_at(message, (struct panic_site[]){{here, caller}, {there, owner->at}, {0, 0}});
}

/* --- Mutex ---------------------------------------------------------------------------------- */

static inline bool take(struct mutex *m, const void *caller)
{
    if (m->owner.id)
        return false;
    own(&m->owner, caller);
    return true;
}

static __attribute__((noinline)) void wait_for(struct mutex *m)
{
    sched_require_task("mutex_lock()");
    wait_in_queue(&m->waiters, WAIT_MUTEX, m);
}

bool mutex_try_lock(struct mutex *m)
{
    return take(m, CALLER);
}

void mutex_lock(struct mutex *m)
{
    if (!take(m, CALLER))
        wait_for(m);
}

static _Noreturn __attribute__((cold)) void refuse_unlock(const struct mutex *m, const void *caller)
{
    if (!m->owner.id)
        task_fatal("sync: unlock of unlocked mutex");
    not_the_owner("unlock of mutex", &m->owner, caller);
}

static inline void release(struct mutex *m, const void *caller)
{
    if (__builtin_expect(m->owner.id != sched_hand(), 0))
        refuse_unlock(m, caller);
    m->owner.id = 0;
    if (m->waiters.first) {
        own_for(&m->owner, m->waiters.first);
        wake_first(&m->waiters);
    }
}

void mutex_unlock(struct mutex *m)
{
    release(m, CALLER);
}

/* --- Readers and writers -------------------------------------------------------------------- */

static inline struct lock_owner *new_reader(struct rw_mutex *m)
{
    static struct lock_owner unknown;
    m->readers++;
    return m->readers_known < RW_READERS_KNOWN ? &m->known[m->readers_known++] : &unknown;
}

void rw_mutex_rlock(struct rw_mutex *m)
{
    if (!m->writer.id && !m->waiters.first) {
        own(new_reader(m), CALLER);
        return;
    }
    sched_require_task("rw_mutex_rlock()");
    wait_in_queue(&m->waiters, WAIT_RW_MUTEX_READ, m);
}

void rw_mutex_lock(struct rw_mutex *m)
{
    if (!m->writer.id && !m->readers) {
        own(&m->writer, CALLER);
        return;
    }
    sched_require_task("rw_mutex_lock()");
    wait_in_queue(&m->waiters, WAIT_RW_MUTEX_WRITE, m);
}

/* Hands a lock that is free to the first that waits: one writer, or the readers up to the next. */
static void hand_over(struct rw_mutex *m)
{
    struct wait_node *first = m->waiters.first;
    if (first && first->reason == WAIT_RW_MUTEX_WRITE) {
        own_for(&m->writer, first);
        wake_first(&m->waiters);
        return;
    }
    for (; first && first->reason == WAIT_RW_MUTEX_READ; first = m->waiters.first) {
        own_for(new_reader(m), first);
        wake_first(&m->waiters);
    }
}

/* Forgets one lock of the caller's, the last that is known. True where one was. */
static bool forget_reader(struct rw_mutex *m)
{
    for (uint32_t i = m->readers_known; i-- > 0;)
        if (m->known[i].id == sched_hand()) {
            m->known[i] = m->known[--m->readers_known];
            return true;
        }
    return false;
}

void rw_mutex_runlock(struct rw_mutex *m)
{
    if (!m->readers)
        task_fatal("sync: RUnlock of unlocked RWMutex");
    if (!forget_reader(m) && m->readers == m->readers_known)
        not_the_owner("RUnlock of RWMutex", &m->known[0], CALLER);
    if (--m->readers == 0)
        hand_over(m);
}

void rw_mutex_unlock(struct rw_mutex *m)
{
    if (!m->writer.id)
        task_fatal("sync: Unlock of unlocked RWMutex");
    if (m->writer.id != sched_hand())
        not_the_owner("Unlock of RWMutex", &m->writer, CALLER);
    m->writer.id = 0;
    hand_over(m);
}

/* --- Condition ------------------------------------------------------------------------------ */

void cond_wait(struct cond *c)
{
    sched_require_task("cond_wait()");
    release(c->mutex, CALLER);
    wait_in_queue(&c->waiters, WAIT_COND, c);
    mutex_lock(c->mutex);
}

static inline void note_signal(struct cond *c, const void *caller)
{
    c->signals++;
    c->unheard += !c->waiters.first;
    c->signalled_at = caller;
}

void cond_signal(struct cond *c)
{
    note_signal(c, CALLER);
    wake_first(&c->waiters);
}

void cond_broadcast(struct cond *c)
{
    note_signal(c, CALLER);
    while (wake_first(&c->waiters))
        ;
}
