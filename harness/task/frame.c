/* Where the switch of switch.h goes that no function of C can be: into a new frame, and on top of one that parked. */
#include "task/panic.h"
#include "task/sched.h"

#ifdef SWITCH_BOOST
void frame_enter(struct transfer t)
{
    ((struct frame *)t.data)->context = t.from;
    task_sched.current->frame.start();
}

struct transfer frame_exit_on_top(struct transfer t)
{
    t = jump_fcontext(t.from, 0);
    ((struct frame *)t.data)->context = t.from;
    task_exit_parked();
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
        ".size task_frame_begin, . - task_frame_begin\n"
        ".globl task_frame_exit\n"
        ".hidden task_frame_exit\n"
        ".type task_frame_exit, @function\n"
        "task_frame_exit:\n\t"
        ".cfi_startproc\n\t"
        "pushq %rbp\n\t"
        ".cfi_def_cfa_offset 16\n\t"
        ".cfi_offset %rbp, -16\n\t"
        "movq %rsp, %rbp\n\t"
        ".cfi_def_cfa_register %rbp\n\t"
        "andq $-16, %rsp\n\t" /* what parked need not have had it so: it has called nothing */
        "call task_exit_parked\n\t"
        "ud2\n\t"
        ".cfi_endproc\n"
        ".size task_frame_exit, . - task_frame_exit\n");
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
        "ldr x16, [sp], #16\n\t"
        "br x16\n"
        ".size task_frame_begin, . - task_frame_begin\n"
        ".globl task_frame_exit\n"
        ".hidden task_frame_exit\n"
        ".type task_frame_exit, %function\n"
        "task_frame_exit:\n\t"
        ".cfi_startproc\n\t"
        ".cfi_def_cfa sp, 16\n\t"
        ".cfi_offset x29, -16\n\t"
        ".cfi_offset x30, -8\n\t"
        "hint #36\n\t" /* bti j */
        "mov x29, sp\n\t"
        "bl task_exit_parked\n\t"
        "udf #0\n\t"
        ".cfi_endproc\n"
        ".size task_frame_exit, . - task_frame_exit\n");
#endif
