/* The switch of a call that parks, at the place of the call.
 *
 * Sends, receives and selects have two halves. The first is a function that does all but the switch,
 * and returns which one there is to do. The second does it, inline in the caller. For a processor
 * predicts by the calls made last where a return goes: a switch inside of a function is followed by a
 * return into another task than the one that called last, and that misprediction alone takes half the
 * time of a round trip over channels.
 *
 * For the compiler it is as a call: what a function keeps for its caller is kept, on the task's stack. What
 * else there is to lose is listed by the file's target. So a function with a target attribute of its own, for
 * wider registers than the file's, may not itself park: it calls one that does.
 */
#pragma once

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* From one frame to another; or none, and what the call results in. */
struct task_switch {
    void *to; /* NULL: none */
    union {
        void *from;
        intptr_t result;
    } u;
};

/* The same as task_switch_here(), as a function: for where it can not be inline. */
void task_switch_called(void *from, void *to);

/* A frame is the stack pointer, the frame pointer, and where to go on: as in switch.h. It is the first of
 * its task's record, which notes from where profiles walk the stack, this many bytes further on. */
#define SWITCH_HERE_PARKED_AT "48"

#if defined(__x86_64__) && defined(__SSE2__)

#ifdef __AVX512F__
#define SWITCH_HERE_WIDE                                                                           \
    "xmm16", "xmm17", "xmm18", "xmm19", "xmm20", "xmm21", "xmm22", "xmm23", "xmm24", "xmm25",      \
        "xmm26", "xmm27", "xmm28", "xmm29", "xmm30", "xmm31", "k0", "k1", "k2", "k3", "k4", "k5",  \
        "k6", "k7",
#else
#define SWITCH_HERE_WIDE
#endif
#ifdef __APX_F__
#define SWITCH_HERE_APX                                                                            \
    "r16", "r17", "r18", "r19", "r20", "r21", "r22", "r23", "r24", "r25", "r26", "r27", "r28",     \
        "r29", "r30", "r31",
#else
#define SWITCH_HERE_APX
#endif

static inline __attribute__((always_inline)) void task_switch_here(void *from, void *to)
{
    /* What a function keeps for its caller is pushed, and below it what a call would leave: where it
     * returns to, and the frame pointer. Nothing of the caller's lies below the stack pointer: only functions
     * that call nothing keep things there, and this comes with the calls of both halves. */
    __asm__ volatile("pushq %%rbx\n\t"
                     "pushq %%r12\n\t"
                     "pushq %%r13\n\t"
                     "pushq %%r14\n\t"
                     "pushq %%r15\n\t"
                     "leaq 1f(%%rip), %%rdx\n\t"
                     "pushq %%rdx\n\t"
                     "pushq %%rbp\n\t"
                     "movq %%rsp, 0(%%rax)\n\t"
                     "movq %%rbp, 8(%%rax)\n\t"
                     "movq %%rdx, 16(%%rax)\n\t"
                     "movq %%rsp, " SWITCH_HERE_PARKED_AT "(%%rax)\n\t"
                     "movq 0(%%rcx), %%rsp\n\t"
                     "movq 8(%%rcx), %%rbp\n\t"
                     "jmpq *16(%%rcx)\n"
                     "1:\n\t"
                     "addq $16, %%rsp\n\t"
                     "popq %%r15\n\t"
                     "popq %%r14\n\t"
                     "popq %%r13\n\t"
                     "popq %%r12\n\t"
                     "popq %%rbx"
                     : "+a"(from), "+c"(to)
                     :
                     : SWITCH_HERE_WIDE SWITCH_HERE_APX "rdx", "rsi", "rdi", "r8", "r9", "r10",
                       "r11", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7",
                       "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15", "mm0",
                       "mm1", "mm2", "mm3", "mm4", "mm5", "mm6", "mm7", "st", "st(1)", "st(2)",
                       "st(3)", "st(4)", "st(5)", "st(6)", "st(7)", "cc", "memory");
}

#elif defined(__aarch64__)

#ifdef __ARM_FEATURE_SVE
#define SWITCH_HERE_WIDE                                                                           \
    "p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9", "p10", "p11", "p12", "p13", "p14", \
        "p15",
#else
#define SWITCH_HERE_WIDE
#endif

/* With the landing pads of branch protection, as in switch.h. */
static inline __attribute__((always_inline)) void task_switch_here(void *from, void *to)
{
    register void *x0 __asm__("x0") = from;
    register void *x1 __asm__("x1") = to;
    __asm__ volatile("adr x3, 1f\n\t"
                     "stp x29, x3, [sp, #-96]!\n\t"
                     "stp x19, x20, [sp, #16]\n\t"
                     "stp x21, x22, [sp, #32]\n\t"
                     "stp x23, x24, [sp, #48]\n\t"
                     "stp x25, x26, [sp, #64]\n\t"
                     "stp x27, x28, [sp, #80]\n\t"
                     "mov x2, sp\n\t"
                     "stp x2, x29, [x0]\n\t"
                     "str x3, [x0, #16]\n\t"
                     "str x2, [x0, #" SWITCH_HERE_PARKED_AT "]\n\t"
                     "ldp x2, x29, [x1]\n\t"
                     "ldr x16, [x1, #16]\n\t"
                     "mov sp, x2\n\t"
                     "br x16\n"
                     "1:\n\t"
                     "hint #36\n\t"
                     "ldp x19, x20, [sp, #16]\n\t"
                     "ldp x21, x22, [sp, #32]\n\t"
                     "ldp x23, x24, [sp, #48]\n\t"
                     "ldp x25, x26, [sp, #64]\n\t"
                     "ldp x27, x28, [sp, #80]\n\t"
                     "add sp, sp, #96"
                     : "+r"(x0), "+r"(x1)
                     :
                     : SWITCH_HERE_WIDE "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10",
                       "x11", "x12", "x13", "x14", "x15", "x16", "x17", "x18", "x30", "v0", "v1",
                       "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11", "v12", "v13",
                       "v14", "v15", "v16", "v17", "v18", "v19", "v20", "v21", "v22", "v23", "v24",
                       "v25", "v26", "v27", "v28", "v29", "v30", "v31", "cc", "memory");
}

#else

static inline void task_switch_here(void *from, void *to)
{
    task_switch_called(from, to);
}

#endif

#ifdef __cplusplus
}
#endif
