/* The scheduler's inside: the task record, parking and readying. Private to task/.
 *
 * Invariants:
 * - One task runs, or none (then the scheduler's own frame does, on the caller's stack).
 * - Every live task is in exactly one place: running, in the ready list, or parked with a reason. The
 *   state of one in the ready list may still be what it was (sched_ready_all), until somebody looks.
 * - A parked task is woken by exactly one sched_ready(); who calls it has first taken the task out
 *   of every queue it stood in. So no queue ever holds a task that is not parked.
 * - A parking task switches straight to the next ready one. The loop is entered when none is
 *   ready, and at the latest after TURN_BUDGET parks, so that timers and I/O never starve.
 */
#pragma once

#include "task/announce.h"
#include "task/chan.h"
#include "task/inspect.h"
#include "task/stack.h"
#include "task/stats.h"
#include "task/switch.h"
#include "task/task.h"
#include "task/time.h"
#include <stdlib.h>

struct panic_node;
struct semaphore_wait;

/* How a case has ended that a task was parked in. */
enum case_outcome {
    CASE_CLOSED,
    CASE_DONE,
    CASE_ENDS, /* not at all: its task is made to end (end.h) */
};

/* Lives at the top of its own stack, in the one page that a parked task keeps. */
struct task {
    /* The first cache line: all that a wake, a switch and the end touch. */
    struct frame frame;
    uint32_t case_count;   /* of a select, or of a wait until a time; 0: it is in neither */
    uint8_t outcome;       /* enum case_outcome: left for it by who wakes it */
    uint8_t state, reason; /* reason: of one that is parked */
    uint8_t place;         /* of its stack, in the slab */
    struct slab *slab;
    struct task_labels *labels;
    const void *parked_at; /* frame address of the call that parked */
    /* How it waits in a send or a receive, which is a select of one. Of it only .next is in the first
     * line: it links the ready list, too. Who waits in one channel only becomes ready as it is. */
    struct chan_case own_case;
    const void *object;
    /* The third line, beside the first all that its birth touches. */
    uint64_t parks;
    int64_t since;
    void (*entry)(void *);
    void *arg;
    const struct task_site *site;
    uint64_t id, parent;
    struct panic_node *panics; /* on their way, and who recovers from them: recover.c */
    union {
        struct chan_case *cases;      /* in a select: all of them */
        struct semaphore_wait *units; /* both on its stack */
        const void *caller; /* in a lock's queue, or the like: where the call returns to */
    } waits;
    uint32_t chosen; /* of the cases, by who wakes it */
#ifdef SWITCH_ANNOUNCED
    void *fake_stack;
#endif
};

/* The one that lives, or is to live, on this stack. */
static inline struct task *sched_task_on(const struct stack *stack)
{
    return (struct task *)((uintptr_t)(stack->high - sizeof(struct task)) & ~(uintptr_t)63);
}

struct scheduler {
    struct task *current;
    struct task *ready_first, *ready_last;
    int64_t now;       /* clock_now() at the last look at the clock */
    uint32_t turns;    /* parks left until the loop is entered */
    struct frame loop; /* of the scheduler itself, on the caller's stack */
    uint64_t random;
    uint64_t last_id;
    struct task *main; /* what task_run() waits for; NULL once it has ended */
    bool running;      /* inside task_run() */
};

extern struct scheduler task_sched;

enum { TURN_BUDGET = 256 };

/* Whose own case this is. */
static inline struct task *sched_waiter(struct chan_case *own)
{
    return (struct task *)((char *)own - offsetof(struct task, own_case));
}

/* The next in the ready list. */
static inline struct task *sched_after(const struct task *t)
{
    return t->own_case.next ? sched_waiter(t->own_case.next) : 0;
}

/* Takes the first ready task out of the list, to run it. Of many that were woken each costs misses of the
 * cache and of the address translation, so those to come are fetched meanwhile: the top frames of the
 * next, the record of the one behind it, and of one as far off as six such steps are: stacks that were
 * made in turn lie so. A wrong guess costs nothing. */
static inline void sched_take(struct task *to)
{
    struct task *next = sched_after(to);
    task_sched.ready_first = next;
    if (next) {
        __builtin_prefetch((const char *)next - 192);
        __builtin_prefetch((const char *)next - 128);
        __builtin_prefetch((const char *)next - 64);
        if (next->own_case.next)
            __builtin_prefetch(next->own_case.next);
        __builtin_prefetch((const void *)((uintptr_t)to + 6 * ((uintptr_t)next - (uintptr_t)to)));
    } else {
        task_sched.ready_last = 0;
    }
    task_sched.current = to;
    to->state = TASK_RUNNING;
}

/* What is to be told of a task, whose stack begins at its low end. */
struct task_info sched_inspect(const struct task *t, const char *stack_low);

/* Where a task's stack begins: every task's outermost function. */
void sched_start(void);

/* Makes a task, ready; NULL where there is no memory for a stack. */
struct task *sched_spawn(void (*fn)(void *arg), void *arg, const struct task_site *site);

/* Nothing to run: a panic that names the caller. */
void sched_require_entry(void (*fn)(void *arg), const void *caller);

/* Ends the running task, from wherever on its stack. */
_Noreturn void sched_exit(void);

/* Takes what is to run next: the first ready task, or the scheduler itself, where none is or the turns are
 * used up. */
static inline struct frame *sched_take_next(void)
{
    struct task *to = task_sched.ready_first;
    if (__builtin_expect(!to || --task_sched.turns == 0, 0)) {
        task_sched.current = 0;
        return &task_sched.loop;
    }
    sched_take(to);
    return &to->frame;
}

#ifdef SWITCH_ANNOUNCED
/* For the memory checkers: which stack the scheduler itself is on. */
void sched_announce_thread(void);
/* Around a switch: leaves for task_sched.current, or for the scheduler. */
void sched_announce_leave(void **keep);
#endif

/* Leaves the running task for the next ready one, or for the scheduler. */
static inline __attribute__((always_inline)) void sched_switch(struct task *from)
{
    struct frame *to = sched_take_next();
#ifdef SWITCH_ANNOUNCED
    sched_announce_leave(&from->fake_stack);
#endif
    switch_frames(&from->frame, to);
#ifdef SWITCH_ANNOUNCED
    announce_arrive(from->fake_stack);
#endif
}

/* Puts those from first to last, linked in between, behind all that are ready. */
static inline void sched_append_all(struct task *first, struct task *last)
{
    last->own_case.next = 0;
    if (task_sched.ready_last)
        task_sched.ready_last->own_case.next = &first->own_case;
    else
        task_sched.ready_first = first;
    task_sched.ready_last = last;
}

static inline void sched_append(struct task *t)
{
    t->state = TASK_READY;
    sched_append_all(t, t);
}

static inline struct task *sched_mark_parked(enum wait_reason reason, const void *object)
{
    struct task *me = task_sched.current;
    me->state = TASK_PARKED;
    me->reason = (uint8_t)reason;
    me->object = object;
    me->since = task_sched.now;
    me->parks++;
    task_stats.waiting[reason]++;
    return me;
}

/* Parks the running task until someone calls sched_ready() on it. Stacks are shown from the frame of
 * the function that this is inlined into. */
static inline __attribute__((always_inline)) void sched_park(enum wait_reason reason,
                                                             const void *object)
{
    struct task *me = sched_mark_parked(reason, object);
    me->parked_at = __builtin_frame_address(0);
    sched_switch(me);
}

/* The same but for the switch, which is for the caller of the public function to do (switch_here.h).
 * With sanitizers, and with Boost.Context, it parks, and returns that there is none to do. */
static inline __attribute__((always_inline)) struct task_switch sched_leave(enum wait_reason reason,
                                                                            const void *object)
{
#if defined(SWITCH_ANNOUNCED) || !defined(SWITCH_INLINE)
    sched_park(reason, object);
    return (struct task_switch){.to = 0};
#else
    struct task *me = sched_mark_parked(reason, object);
    return (struct task_switch){.to = sched_take_next(), .u.from = &me->frame};
#endif
}

/* In a debug build: nobody can wake this one, said a proof. Stops the program. */
_Noreturn void sched_proven_wakes(const struct task *t);

static inline void sched_check_unproven(const struct task *t)
{
#ifdef TASK_DEBUG
    if (t->slab->proven >> t->place & 1)
        sched_proven_wakes(t);
#else
    (void)t;
#endif
}

/* Makes those ready who wait in one channel, from first to last as they are linked there, n in all, for
 * the same reason; in no time, however many. They are not touched: who looks at the states of tasks
 * has sched_settle_states() write them first. */
static inline void sched_ready_all(struct chan_case *first, struct chan_case *last,
                                   enum wait_reason reason, size_t n)
{
#ifdef TASK_DEBUG
    for (struct chan_case *c = first; c; c = c->next)
        sched_check_unproven(sched_waiter(c));
#endif
    task_stats.waiting[reason] -= n;
    sched_append_all(sched_waiter(first), sched_waiter(last));
}

static inline void sched_settle_states(void)
{
    for (struct task *t = task_sched.ready_first; t; t = sched_after(t))
        t->state = TASK_READY;
}

/* Makes a parked task ready, behind those that are. */
static inline void sched_ready(struct task *t)
{
    sched_check_unproven(t);
    task_stats.waiting[t->reason]--;
    sched_append(t);
}

/* Where a public call returns to, in the function that is it: what panics and profiles name. */
#define CALLER __builtin_extract_return_addr(__builtin_return_address(0))

/* The same of a parked task's call. */
static inline const void *sched_caller(const struct task *t)
{
    return __builtin_extract_return_addr(((void *const *)t->parked_at)[1]);
}

_Noreturn void sched_no_task(const char *what);

/* A parking call outside of a task has nobody to park: stops the program. */
static inline void sched_require_task(const char *what)
{
    if (__builtin_expect(!task_sched.current, 0))
        sched_no_task(what);
}

/* The next of a cheap random sequence (xorshift64*), not for secrets. */
static inline uint32_t sched_random(void)
{
    uint64_t x = task_sched.random;
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    task_sched.random = x;
    return (uint32_t)((x * UINT64_C(0x2545F4914F6CDD1D)) >> 32);
}

_Noreturn void sched_out_of_memory(const char *what, size_t size);

/* Memory, not cleared, that is there, or the program has stopped with a word on what for. */
static inline void *sched_allocate(size_t size, const char *what)
{
    void *memory = malloc(size);
    if (__builtin_expect(!memory, 0))
        sched_out_of_memory(what, size);
    return memory;
}
