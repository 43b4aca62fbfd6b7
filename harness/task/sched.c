/* The scheduler's state, and what a switch is besides the instructions of switch.h. */
#include "task/sched.h"

struct scheduler task_sched = {
    .turns = TURN_BUDGET,
    .random = UINT64_C(0x9E3779B97F4A7C15),
};

/* --- Switching ------------------------------------------------------------------------------ */

#ifdef SWITCH_ANNOUNCED
static const char *thread_low, *thread_high;

void sched_announce_thread(void)
{
    announce_thread_stack(&thread_low, &thread_high);
}

void sched_announce_leave(void **keep)
{
    struct task *to = task_sched.current;
    if (!to) {
        announce_leave(keep, thread_low, thread_high);
        return;
    }
    struct stack stack = stack_at(to->slab, to->place);
    announce_leave(keep, stack.low, stack.high);
}
#endif

#ifdef SWITCH_INLINE
_Static_assert(offsetof(struct frame, sp) == 0 && offsetof(struct frame, fp) == sizeof(void *) &&
                   offsetof(struct frame, pc) == 2 * sizeof(void *),
               "a frame is as switch_here.h writes it");
_Static_assert(offsetof(struct task, frame) == 0 && offsetof(struct task, parked_at) == 48,
               "and so is where its task parked: SWITCH_HERE_PARKED_AT");
#endif

void task_switch_called(void *from, void *to)
{
    switch_frames(from, to);
}
