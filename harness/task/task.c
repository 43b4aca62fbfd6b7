/* What a task can ask and do about itself and the others. */
#include "task/task.h"
#include "task/chan.h"
#include "task/clock.h"
#include "task/hibernate.h"
#include "task/sched.h"
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

struct task_stats task_stats;

_Static_assert(sizeof(struct task_stats) == TASK_STATS_PAGE, "the counters fill their page");
_Static_assert(offsetof(struct task, own_case.next) < 64, "one cache line from a wake to the end");
/* The record, and the frames of a parked sample, share the one page of a parked task. */
_Static_assert(sizeof(struct task) <= 256, "a task's record leaves its page to the frames");

int task_stats_share(int fd)
{
    struct task_stats so_far = task_stats;
    void *page =
        mmap(&task_stats, TASK_STATS_PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0);
    if (page == MAP_FAILED)
        return -1;
    task_stats = so_far;
    return 0;
}

const char *wait_reason_text(enum wait_reason reason)
{
    static const char *const text[] = {
#define X(name, words) [name] = words,
        FOR_EACH_WAIT_REASON(X)
#undef X
    };
    return reason < WAIT_REASONS ? text[reason] : "unknown";
}

/* Whether the running task has nobody to yield to: to switch to oneself is no switch, and the loop's turn comes. */
static inline bool yields_to_itself(void)
{
    sched_require_task("task_yield()");
    if (task_sched.ready_first || task_sched.turns <= 1)
        return false;
    task_sched.turns--;
    return true;
}

void(task_yield)(void)
{
    if (yields_to_itself())
        return;
    struct task *me = task_sched.current;
    me->parked_at = __builtin_frame_address(0);
    sched_append(me);
    sched_switch(me);
}

struct task_switch task_yield_start(void)
{
    if (yields_to_itself())
        return (struct task_switch){.to = 0};
#if defined(SWITCH_ANNOUNCED) || !defined(SWITCH_INLINE)
    (task_yield)(); /* the checkers are told around the switch; Boost's is a call anyway */
    return (struct task_switch){.to = 0};
#else
    struct task *me = task_sched.current;
    sched_append(me);
    return (struct task_switch){.to = sched_take_next(), .u.from = &me->frame};
#endif
}

struct sleep {
    struct deadline deadline; /* first: the deadline is the sleep */
    struct task *task;
};

static void wake(struct deadline *d)
{
    sched_ready(((struct sleep *)d)->task);
}

void task_sleep(int64_t nanoseconds)
{
    sched_require_task("task_sleep()");
    if (nanoseconds <= 0) {
        task_yield();
        return;
    }
    struct sleep s = {{.when = task_clock_after(nanoseconds), .fire = wake}, task_sched.current};
    task_clock_arm(&s.deadline);
    sched_park(WAIT_SLEEP, &s.deadline);
}

size_t task_count(void)
{
    return task_stats.live;
}

uint64_t task_id(void)
{
    return task_sched.current ? task_sched.current->id : 0;
}

const char *task_error(void)
{
    return task_stack_error();
}

void task_seed(uint64_t seed)
{
    /* Xorshift stays at zero, and near seeds start alike: spread the bits first (splitmix64). */
    uint64_t z = seed + UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    z ^= z >> 31;
    task_sched.random = z ? z : 1;
}

struct visit {
    bool (*visit)(const struct task_info *task, void *arg);
    void *arg;
};

struct task_info sched_inspect(const struct task *t, const char *stack_low)
{
    bool parked = t->state == TASK_PARKED;
    return (struct task_info){
        .id = t->id,
        .parent = t->parent,
        .state = t->state,
        .reason = parked ? t->reason : WAIT_NONE,
        .since = t->since,
        .parks = t->parks,
        .object = parked ? t->object : 0,
        .cases = parked && t->reason == WAIT_SELECT ? t->case_count : 0,
        .due = parked && t->reason == WAIT_SLEEP ? ((const struct deadline *)t->object)->when : 0,
        .site = t->site,
        .entry = t->entry,
        .frame = t->state == TASK_RUNNING ? 0 : t->parked_at,
        .stack_low = stack_low,
        .stack_high = (const char *)t,
        .labels = t->labels,
    };
}

static bool visit_task_on(const struct stack *stack, void *arg)
{
    const struct visit *v = arg;
    struct task_info info = sched_inspect(sched_task_on(stack), stack->low);
    return v->visit(&info, v->arg);
}

void task_each(bool (*visit)(const struct task_info *task, void *arg), void *arg)
{
    sched_settle_states();
    task_look_begin();
    task_stack_each(visit_task_on, &(struct visit){visit, arg});
    task_look_end();
}
