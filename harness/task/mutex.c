/* Locks.
 *
 * Invariants:
 * - Somebody waits only for a lock that is held. An unlock hands it straight to who waits first, so
 *   nobody overtakes, and a task that was woken has it.
 * - A lock changes hands in the functions take...() and hand_over...(), and nowhere else.
 * - Who has it is always known, but for readers beyond the first few: of these, how many.
 *
 * Parking clobbers all registers, so it is in functions of its own: a lock that is free saves none.
 */
#include "task/mutex.h"
#include "task/defer.h"
#include "task/end.h"
#include "task/panic.h"
#include "task/wait_queue.h"
#include <inttypes.h>
#include <stdio.h>

/* --- Owners --------------------------------------------------------------------------------- */

static inline uint64_t my_id(void)
{
    const struct task *me = task_sched.current;
    return me ? me->id : LOCK_OF_LOOP;
}

static inline void own(struct lock_owner *owner, const void *caller)
{
    *owner = (struct lock_owner){my_id(), task_sched.current, caller};
}

/* The lock is the waiter's from here on, though it has not run yet. */
static inline void own_for(struct lock_owner *owner, struct task *waiter)
{
    *owner = (struct lock_owner){waiter->id, waiter, waiter->waits.caller};
}

enum { NAME = 64, MESSAGE = 256 };

static const char *name_of(uint64_t id, char name[NAME])
{
    if (id == LOCK_OF_LOOP)
        return "no task (the loop, or outside of a run)";
    snprintf(name, NAME, "task %" PRIu64, id);
    return name;
}

/* what: `unlock of mutex`. owner: whose it is, or one of them. */
static _Noreturn __attribute__((cold)) void
not_the_owner(const char *what, const struct lock_owner *owner, const void *caller)
{
    char message[MESSAGE], here[MESSAGE], there[MESSAGE], name[NAME];
    snprintf(there, sizeof there, "locked by %s at", name_of(owner->id, name));
    snprintf(message, sizeof message, "sync: %s, which %s holds", what, name_of(owner->id, name));
    snprintf(here, sizeof here, "unlocked by %s at", name_of(my_id(), name));
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

static inline void hand_over(struct mutex *m)
{
    m->owner.id = 0;
    if (m->waiters.first) {
        own_for(&m->owner, m->waiters.first);
        wake_first(&m->waiters);
    }
}

bool mutex_try_lock(struct mutex *m)
{
    wait_require(m, "mutex_try_lock() of a NULL mutex");
    return take(m, CALLER);
}

static __attribute__((noinline)) void lock_parked(struct mutex *m, const void *caller)
{
    wait_require(m, "mutex_lock() of a NULL mutex");
    sched_require_task("mutex_lock()");
    wait_in_queue(&m->waiters, WAIT_MUTEX, m, caller);
}

static inline void lock(struct mutex *m, const void *caller)
{
    if (!m || !take(m, caller))
        lock_parked(m, caller);
}

void mutex_lock(struct mutex *m)
{
    lock(m, CALLER);
}

/* One that was made to end need not have what it is about to give back. */
static __attribute__((noinline)) void refuse_unlock(const struct mutex *m, const void *caller)
{
    wait_require(m, "mutex_unlock() of a NULL mutex");
    if (task_is_made_to_end())
        return;
    if (!m->owner.id)
        task_fatal("sync: unlock of unlocked mutex");
    not_the_owner("unlock of mutex", &m->owner, caller);
}

static inline void unlock(struct mutex *m, const void *caller)
{
    if (__builtin_expect(!m || m->owner.id != my_id(), 0))
        refuse_unlock(m, caller);
    else
        hand_over(m);
}

void mutex_unlock(struct mutex *m)
{
    unlock(m, CALLER);
}

/* --- Readers and writers -------------------------------------------------------------------- */

/* Where the next reader is noted; NULL where there is no room. */
static inline struct lock_owner *new_reader(struct rw_mutex *m)
{
    m->readers++;
    return m->readers_known < RW_READERS_KNOWN ? &m->known[m->readers_known++] : 0;
}

static inline bool take_to_read(struct rw_mutex *m, const void *caller)
{
    if (m->writer.id || m->waiters.first)
        return false;
    struct lock_owner *reader = new_reader(m);
    if (reader)
        own(reader, caller);
    return true;
}

static inline bool take_to_write(struct rw_mutex *m, const void *caller)
{
    if (m->writer.id || m->readers)
        return false;
    own(&m->writer, caller);
    return true;
}

/* To one writer, or to the readers up to the next. */
static void hand_over_to_first(struct rw_mutex *m)
{
    struct task *first = m->waiters.first;
    if (first && first->reason == WAIT_RW_MUTEX_WRITE) {
        own_for(&m->writer, first);
        wake_first(&m->waiters);
        return;
    }
    for (; first && first->reason == WAIT_RW_MUTEX_READ; first = m->waiters.first) {
        struct lock_owner *reader = new_reader(m);
        if (reader)
            own_for(reader, first);
        wake_first(&m->waiters);
    }
}

bool rw_mutex_try_rlock(struct rw_mutex *m)
{
    wait_require(m, "rw_mutex_try_rlock() of a NULL mutex");
    return take_to_read(m, CALLER);
}

static __attribute__((noinline)) void rlock_parked(struct rw_mutex *m, const void *caller)
{
    wait_require(m, "rw_mutex_rlock() of a NULL mutex");
    sched_require_task("rw_mutex_rlock()");
    wait_in_queue(&m->waiters, WAIT_RW_MUTEX_READ, m, caller);
}

void rw_mutex_rlock(struct rw_mutex *m)
{
    if (!m || !take_to_read(m, CALLER))
        rlock_parked(m, CALLER);
}

bool rw_mutex_try_lock(struct rw_mutex *m)
{
    wait_require(m, "rw_mutex_try_lock() of a NULL mutex");
    return take_to_write(m, CALLER);
}

static __attribute__((noinline)) void write_lock_parked(struct rw_mutex *m, const void *caller)
{
    wait_require(m, "rw_mutex_lock() of a NULL mutex");
    sched_require_task("rw_mutex_lock()");
    wait_in_queue(&m->waiters, WAIT_RW_MUTEX_WRITE, m, caller);
}

void rw_mutex_lock(struct rw_mutex *m)
{
    if (!m || !take_to_write(m, CALLER))
        write_lock_parked(m, CALLER);
}

/* Forgets one lock of the caller's, the last that is known. True where one was. */
static bool forget_reader(struct rw_mutex *m)
{
    for (size_t i = m->readers_known; i-- > 0;)
        if (m->known[i].id == my_id()) {
            m->known[i] = m->known[--m->readers_known];
            return true;
        }
    return false;
}

static __attribute__((noinline)) void refuse_runlock(const struct rw_mutex *m, const void *caller)
{
    if (task_is_made_to_end())
        return;
    if (!m->readers)
        task_fatal("sync: RUnlock of unlocked RWMutex");
    not_the_owner("RUnlock of RWMutex", &m->known[0], caller);
}

void rw_mutex_runlock(struct rw_mutex *m)
{
    wait_require(m, "rw_mutex_runlock() of a NULL mutex");
    if (!forget_reader(m) && m->readers == m->readers_known)
        refuse_runlock(m, CALLER);
    else if (--m->readers == 0)
        hand_over_to_first(m);
}

static __attribute__((noinline)) void refuse_write_unlock(const struct rw_mutex *m,
                                                          const void *caller)
{
    if (task_is_made_to_end())
        return;
    if (!m->writer.id)
        task_fatal("sync: Unlock of unlocked RWMutex");
    not_the_owner("Unlock of RWMutex", &m->writer, caller);
}

void rw_mutex_unlock(struct rw_mutex *m)
{
    wait_require(m, "rw_mutex_unlock() of a NULL mutex");
    if (m->writer.id != my_id()) {
        refuse_write_unlock(m, CALLER);
        return;
    }
    m->writer.id = 0;
    hand_over_to_first(m);
}

void task_rw_mutex_admit(struct rw_mutex *m)
{
    struct task *first = m->waiters.first;
    if (!m->writer.id && first && (!m->readers || first->reason == WAIT_RW_MUTEX_READ))
        hand_over_to_first(m);
}

/* --- Condition ------------------------------------------------------------------------------ */

struct relock {
    struct mutex *mutex;
    const void *caller;
};

static void lock_again(struct relock *again)
{
    lock(again->mutex, again->caller);
}

static __attribute__((noinline)) void cond_parked(struct cond *c, const void *caller)
{
    wait_in_queue(&c->waiters, WAIT_COND, c, caller);
}

/* Who is made to end gets its lock back too: what is deferred further out counts on it. That the call is taken for
 * one that may unwind, the compiler must not see that it parks and does no more. */
void cond_wait(struct cond *c)
{
    void (*park)(struct cond *, const void *) = cond_parked;
    __asm__("" : "+r"(park));
    wait_require(c, "cond_wait() on a NULL condition");
    wait_require(c->mutex, "cond_wait() on a condition without a mutex");
    sched_require_task("cond_wait()");
    struct relock again = {c->mutex, CALLER};
    unlock(c->mutex, CALLER);
    defer(lock_again, &again);
    park(c, CALLER);
}

static inline void note_signal(struct cond *c, const void *caller)
{
    c->signals++;
    c->unheard += !c->waiters.first;
    c->signalled_at = caller;
}

void cond_signal(struct cond *c)
{
    wait_require(c, "cond_signal() of a NULL condition");
    note_signal(c, CALLER);
    wake_first(&c->waiters);
}

void cond_broadcast(struct cond *c)
{
    wait_require(c, "cond_broadcast() of a NULL condition");
    note_signal(c, CALLER);
    wake_all(&c->waiters);
}
