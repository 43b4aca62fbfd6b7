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

#ifdef SWITCH_BOOST
void frame_enter(struct transfer t)
{
    ((struct frame *)t.data)->context = t.from;
    task_sched.current->frame.start();
}
#endif

#if defined(__x86_64__) && !defined(SWITCH_BOOST)
__asm__(".text\n"
        ".globl task_frame_begin\n"
        ".hidden task_frame_begin\n"
        ".type task_frame_begin, @function\n"
        "task_frame_begin:\n\t"
        "xorl %ebx, %ebx\n\t"
        "xorl %r12d, %r12d\n\t"
        "xorl %r13d, %r13d\n\t"
        "xorl %r14d, %r14d\n\t"
        "xorl %r15d, %r15d\n\t"
        "jmpq *-8(%rsp)\n"
        ".size task_frame_begin, . - task_frame_begin\n");
#elif defined(__aarch64__) && !defined(SWITCH_BOOST)
__asm__(".text\n"
        ".globl task_frame_begin\n"
        ".hidden task_frame_begin\n"
        ".type task_frame_begin, %function\n"
        "task_frame_begin:\n\t"
        "hint #34\n\t" /* bti c */
        "mov x19, xzr\n\tmov x20, xzr\n\tmov x21, xzr\n\tmov x22, xzr\n\tmov x23, xzr\n\t"
        "mov x24, xzr\n\tmov x25, xzr\n\tmov x26, xzr\n\tmov x27, xzr\n\tmov x28, xzr\n\t"
        "mov x30, xzr\n\t"
        "ldr x16, [sp, #-8]\n\t"
        "br x16\n"
        ".size task_frame_begin, . - task_frame_begin\n");
#endif
