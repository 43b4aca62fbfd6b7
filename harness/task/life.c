/* A task's life: it is made, starts on its own stack, and ends there. */
#include "task/label.h"
#include "task/panic.h"
#include "task/sched.h"

static void end(struct task *me)
{
    if (me->labels)
        task_label_drop(me->labels);
    task_stats.live--;
    task_stats.finished++;
    stack_put(me->slab, me->place);
}

/* Inline: of a call that never returns the processor would keep the return address, and by it predict the
 * next return, which is another task's, wrongly: a third of the time of a task's whole life. */
static inline __attribute__((always_inline)) _Noreturn void leave_for_ever(struct task *me)
{
    if (me == task_sched.main)
        task_sched.main = 0;
    if (!task_sched.main)
        task_sched.turns = 1; /* task_run() returns now, whoever else is ready */
    struct frame *to = sched_take_next();
#ifdef SWITCH_ANNOUNCED
    sched_announce_leave(0); /* its stack ends */
#endif
    switch_frames(&me->frame, to);
    __builtin_unreachable();
}

void sched_start(void)
{
    struct task *me = task_sched.current;
#if defined(SWITCH_BOOST) && (defined(__x86_64__) || defined(__aarch64__))
    /* The chain of frames ends here, as it does by frame_init(): what called this is the library. */
    *(void **)__builtin_frame_address(0) = 0;
#endif
#ifdef SWITCH_ANNOUNCED
    announce_arrive(0);
#endif
    me->entry(me->arg);
    end(me);
    leave_for_ever(me);
}

void sched_exit(void)
{
    struct task *me = task_sched.current;
    end(me);
    leave_for_ever(me);
}

struct task *sched_spawn(void (*fn)(void *arg), void *arg, const struct task_site *site)
{
    struct stack stack;
    if (__builtin_expect(!stack_get(&stack), 0)) {
        task_stats.refused++;
        return 0;
    }
    struct task *parent = task_sched.current;
    struct task *t = sched_task_on(&stack);
    /* Field by field: what a task has not done yet needs no zero. */
    t->parked_at = 0;
    t->parks = 0;
    t->id = ++task_sched.last_id;
    t->parent = parent ? parent->id : 0;
    t->entry = fn;
    t->arg = arg;
    t->site = site;
    t->panics = 0;
    t->labels = parent ? task_label_ref(parent->labels) : 0;
    t->slab = stack.slab;
    t->place = (uint8_t)stack.place;
    task_stats.live++;
    task_stats.spawned++;
    frame_init(&t->frame, (char *)t, sched_start);
    sched_append(t);
    return t;
}

void sched_require_entry(void (*fn)(void *arg), const void *caller)
{
    if (__builtin_expect(!fn, 0))
        task_panic_at("go of nil func value", (struct panic_site[]){{"called at", caller}, {0, 0}});
}

uint64_t task_spawn(void (*fn)(void *arg), void *arg, const struct task_site *site)
{
    sched_require_entry(fn, CALLER);
    struct task *t = sched_spawn(fn, arg, site);
    return t ? t->id : 0;
}
