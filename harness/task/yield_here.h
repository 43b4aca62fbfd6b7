/* The switch of task_yield() at the place of the call, where it can be: part of task.h.
 *
 * A processor predicts by the calls made last where a return goes. A switch inside of a function is followed
 * by a return into another task than the one that called last, and that misprediction takes two thirds of the
 * time of a yield. So the function picks what runs next, and the switch is inline in the caller.
 */
#pragma once

#include <stddef.h>

#if defined(__x86_64__) && defined(__SSE2__) && !defined(__AVX512F__) && !defined(__APX_F__)

#ifdef __cplusplus
extern "C" {
#endif

/* A switch that is still to do, between two frames (switch.h); `to` is NULL where there is none. */
struct task_yielding {
    void *from, *to;
};

struct task_yielding task_yield_start(void);

#define TASK_PARKED_AT "64" /* bytes from a task's frame to its parked_at */

static inline __attribute__((always_inline)) void task_yield_here(void)
{
    struct task_yielding y = task_yield_start();
    if (!__builtin_expect(y.to != NULL, 1))
        return;
    /* What a function keeps for its caller is pushed, and below it what a call would leave: a return address
     * and the frame pointer, from where profiles walk the stack. Nothing of the caller's lies below the stack
     * pointer: only functions that call nothing keep things there. */
    __asm__ volatile("pushq %%rbx\n\t"
                     "pushq %%r12\n\t"
                     "pushq %%r13\n\t"
                     "pushq %%r14\n\t"
                     "pushq %%r15\n\t"
                     "leaq 1f(%%rip), %%rcx\n\t"
                     "pushq %%rcx\n\t"
                     "pushq %%rbp\n\t"
                     "movq %%rsp, 0(%%rax)\n\t"
                     "movq %%rbp, 8(%%rax)\n\t"
                     "movq %%rcx, 16(%%rax)\n\t"
                     "movq %%rsp, " TASK_PARKED_AT "(%%rax)\n\t"
                     "movq 0(%%rdx), %%rsp\n\t"
                     "movq 8(%%rdx), %%rbp\n\t"
                     "jmpq *16(%%rdx)\n"
                     "1:\n\t"
                     "addq $16, %%rsp\n\t"
                     "popq %%r15\n\t"
                     "popq %%r14\n\t"
                     "popq %%r13\n\t"
                     "popq %%r12\n\t"
                     "popq %%rbx"
                     : "+a"(y.from), "+d"(y.to)
                     :
                     : "rcx", "rsi", "rdi", "r8", "r9", "r10", "r11", "xmm0", "xmm1", "xmm2",
                       "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11",
                       "xmm12", "xmm13", "xmm14", "xmm15", "mm0", "mm1", "mm2", "mm3", "mm4", "mm5",
                       "mm6", "mm7", "st", "st(1)", "st(2)", "st(3)", "st(4)", "st(5)", "st(6)",
                       "st(7)", "cc", "memory");
}

/* Its address is that of the function. */
#define task_yield() task_yield_here()

#ifdef __cplusplus
}
#endif

#endif
