/* The scheduler's state, and what a switch is besides the instructions of switch.h. */
#include "task/sched.h"

struct scheduler task_sched = {
    .ready_last = &task_sched.ready_first,
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
