/* Semaphores.
 *
 * Invariants:
 * - A wait stands in the queue exactly while its task is parked; one for more units than there are
 *   stands in none.
 * - The first that waits wants more than is free.
 */
#include "task/semaphore.h"
#include "task/ctx_watch.h"
#include "task/end.h"
#include "task/sched.h"

/* On the stack of the task that waits. */
struct semaphore_wait {
    struct ctx_watch watch; /* first: the watch is the wait */
    struct semaphore *semaphore;
    struct semaphore_wait *next, *previous;
    struct task *task;
    int64_t n;
    bool granted;
};

static void require_count(int64_t n)
{
    if (n < 0)
        task_panic("semaphore: negative count");
}

static bool is_queued(const struct semaphore_wait *w)
{
    return w->n <= w->semaphore->size;
}

static void enqueue(struct semaphore_wait *w)
{
    struct semaphore *s = w->semaphore;
    w->next = 0;
    w->previous = s->last;
    *(s->last ? &s->last->next : &s->first) = w;
    s->last = w;
}

static void unlink_wait(const struct semaphore_wait *w)
{
    struct semaphore *s = w->semaphore;
    *(w->previous ? &w->previous->next : &s->first) = w->next;
    *(w->next ? &w->next->previous : &s->last) = w->previous;
}

static void grant(struct semaphore *s)
{
    for (struct semaphore_wait *w; (w = s->first) && w->n <= s->size - s->held;) {
        s->held += w->n;
        w->granted = true;
        unlink_wait(w);
        task_ctx_unlink(&w->watch);
        sched_ready(w->task);
    }
}

static void give_up(struct ctx_watch *watch)
{
    struct semaphore_wait *w = (struct semaphore_wait *)watch;
    if (is_queued(w))
        unlink_wait(w);
    sched_ready(w->task);
    grant(w->semaphore); /* those behind it may want less */
}

void task_semaphore_leave(struct semaphore_wait *w)
{
    if (is_queued(w))
        unlink_wait(w);
    task_ctx_unwatch(&w->watch);
}

void task_semaphore_admit(struct semaphore *s)
{
    grant(s);
}

bool semaphore_try_acquire(struct semaphore *s, int64_t n)
{
    require_count(n);
    if (s->first || n > s->size - s->held)
        return false;
    s->held += n;
    return true;
}

enum ctx_error semaphore_acquire(struct ctx *ctx, struct semaphore *s, int64_t n)
{
    enum ctx_error ended = ctx_err(ctx);
    if (ended || semaphore_try_acquire(s, n))
        return ended;
    sched_require_task("semaphore_acquire()");
    struct semaphore_wait mine = {
        .watch = {.fire = give_up}, .semaphore = s, .task = task_sched.current, .n = n};
    if (!task_ctx_watch(ctx, &mine.watch))
        return ctx_err(ctx);
    if (is_queued(&mine))
        enqueue(&mine);
    task_sched.current->waits.units = &mine;
    sched_park(WAIT_SEMAPHORE, s);
    ended = ctx_err(ctx);
    task_ctx_unwatch(&mine.watch);
    if (ended && mine.granted)
        semaphore_release(s, n); /* it ended before this task had its turn */
    return ended;
}

void semaphore_release(struct semaphore *s, int64_t n)
{
    require_count(n);
    if (n > s->held)
        task_panic("semaphore: released more than held");
    s->held -= n;
    grant(s);
}

void semaphore_release_one(struct semaphore *s)
{
    semaphore_release(s, 1);
}
