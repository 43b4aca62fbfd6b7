/* The context switch. Private to task/.
 *
 * switch_frames(from, to) saves where `from` is and goes on where `to` was. The inline form saves
 * three registers and declares the others clobbered, so the compiler spills just what it needs at
 * each place: 1 to 2 ns against 8 for a call that saves all. So the list of clobbered registers has
 * to name every one that the compiler may use: the wide ones are there only where it knows them. A
 * new frame starts at a function that never returns, with an empty frame chain above it.
 * Floating-point control words (rounding mode and masks) and errno are the thread's: see README's
 * Limits.
 */
#pragma once

#include <stdint.h>

/* Where the inline forms begin a frame: it goes on to `start`, which stands below the stack pointer on x86-64,
 * where signals leave 128 bytes alone, and on arm64, where they leave none, at it. The
 * registers that a callee keeps for its caller still hold what the task before had in them. A new
 * task would save them on its stack, where a scan for who holds a channel finds them: they are
 * cleared first, which the compiler can not do before it has saved them. */
void task_frame_begin(void);

/* Where the inline forms go on in task_exit_parked(), as though what parked had called it: what unwinds from there
 * finds the frames of the task. frame.c. */
void task_frame_exit(void);

/* switch_forget(): after a switch the registers that a callee keeps for its caller hold what the task before had in
 * them. What is called next saves them on the stack, where a proof would find them. */

#if defined(__x86_64__) && !defined(SWITCH_BOOST)
#define SWITCH_NAME "inline x86-64"
#define SWITCH_INLINE

struct frame {
    void *sp, *fp, *pc;
};

/* The lowest byte that a frame which was left has on its stack. */
static inline const void *frame_low(const struct frame *f)
{
    return f->sp;
}

static inline void frame_init(struct frame *f, char *top, void (*start)(void))
{
    /* As if called: the stack is 16-byte aligned less the return address, which is 0. */
    void **sp = (void **)((uintptr_t)top & ~(uintptr_t)15) - 1;
    sp[0] = 0;
    sp[-1] = (void *)start;
    *f = (struct frame){.sp = sp, .fp = 0, .pc = (void *)task_frame_begin};
}

/* A frame that was left goes on in task_exit_parked(), with the place where it was left for a return address.
 * The runtime is compiled without a red zone: nothing lies below. */
static inline void frame_exit(struct frame *f)
{
    void **sp = (void **)f->sp - 1;
    *sp = f->pc;
    *f = (struct frame){.sp = sp, .fp = f->fp, .pc = (void *)task_frame_exit};
}

#if defined(__AVX512F__)
#define SWITCH_AVX512                                                                              \
    , "xmm16", "xmm17", "xmm18", "xmm19", "xmm20", "xmm21", "xmm22", "xmm23", "xmm24", "xmm25",    \
        "xmm26", "xmm27", "xmm28", "xmm29", "xmm30", "xmm31", "k0", "k1", "k2", "k3", "k4", "k5",  \
        "k6", "k7"
#else
#define SWITCH_AVX512
#endif
#if defined(__APX_F__)
#define SWITCH_APX                                                                                 \
    , "r16", "r17", "r18", "r19", "r20", "r21", "r22", "r23", "r24", "r25", "r26", "r27", "r28",   \
        "r29", "r30", "r31"
#else
#define SWITCH_APX
#endif

static inline __attribute__((always_inline)) void switch_frames(struct frame *from,
                                                                struct frame *to)
{
    __asm__ volatile("leaq 1f(%%rip), %%rdx\n\t"
                     "movq %%rsp, 0(%%rax)\n\t"
                     "movq %%rbp, 8(%%rax)\n\t"
                     "movq %%rdx, 16(%%rax)\n\t"
                     "movq 0(%%rcx), %%rsp\n\t"
                     "movq 8(%%rcx), %%rbp\n\t"
                     "jmpq *16(%%rcx)\n"
                     "1:"
                     : "+a"(from), "+c"(to)
                     :
                     : "rbx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14",
                       "r15", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7",
                       "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15", "mm0",
                       "mm1", "mm2", "mm3", "mm4", "mm5", "mm6", "mm7", "st", "st(1)", "st(2)",
                       "st(3)", "st(4)", "st(5)", "st(6)", "st(7)", "cc",
                       "memory" SWITCH_AVX512 SWITCH_APX);
}

static inline __attribute__((always_inline)) void switch_forget(void)
{
    __asm__ volatile("xorl %%ebx, %%ebx\n\t"
                     "xorl %%r12d, %%r12d\n\t"
                     "xorl %%r13d, %%r13d\n\t"
                     "xorl %%r14d, %%r14d\n\t"
                     "xorl %%r15d, %%r15d"
                     :
                     :
                     : "rbx", "r12", "r13", "r14", "r15", "cc");
}

#elif defined(__aarch64__) && !defined(SWITCH_BOOST)
#define SWITCH_NAME "inline arm64"
#define SWITCH_INLINE

struct frame {
    void *sp, *fp, *pc;
};

/* The lowest byte that a frame which was left has on its stack. */
static inline const void *frame_low(const struct frame *f)
{
    return f->sp;
}

static inline void frame_init(struct frame *f, char *top, void (*start)(void))
{
    void **sp = (void **)((uintptr_t)top & ~(uintptr_t)15) - 2;
    sp[0] = (void *)start;
    *f = (struct frame){.sp = sp, .fp = 0, .pc = (void *)task_frame_begin};
}

/* A frame that was left goes on in task_exit_parked(), with the place where it was left for a return address. */
static inline void frame_exit(struct frame *f)
{
    void **sp = (void **)f->sp - 2;
    sp[0] = f->fp;
    sp[1] = f->pc;
    *f = (struct frame){.sp = sp, .fp = f->fp, .pc = (void *)task_frame_exit};
}

#if defined(__ARM_FEATURE_SVE)
#define SWITCH_SVE                                                                                 \
    , "p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9", "p10", "p11", "p12", "p13",      \
        "p14", "p15"
#else
#define SWITCH_SVE
#endif

/* The jump goes by x16, after which a new task's function may begin with `bti c`; the label has its
 * own landing pad (`bti j`, a hint) for programs built with branch protection. */
static inline __attribute__((always_inline)) void switch_frames(struct frame *from,
                                                                struct frame *to)
{
    register struct frame *x0 __asm__("x0") = from;
    register struct frame *x1 __asm__("x1") = to;
    __asm__ volatile("mov x2, sp\n\t"
                     "adr x3, 1f\n\t"
                     "stp x2, x29, [x0]\n\t"
                     "str x3, [x0, #16]\n\t"
                     "ldp x2, x29, [x1]\n\t"
                     "ldr x16, [x1, #16]\n\t"
                     "mov sp, x2\n\t"
                     "br x16\n"
                     "1:\n\t"
                     "hint #36"
                     : "+r"(x0), "+r"(x1)
                     :
                     : "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13",
                       "x14", "x15", "x16", "x17", "x18", "x19", "x20", "x21", "x22", "x23", "x24",
                       "x25", "x26", "x27", "x28", "x30", "v0", "v1", "v2", "v3", "v4", "v5", "v6",
                       "v7", "v8", "v9", "v10", "v11", "v12", "v13", "v14", "v15", "v16", "v17",
                       "v18", "v19", "v20", "v21", "v22", "v23", "v24", "v25", "v26", "v27", "v28",
                       "v29", "v30", "v31", "cc", "memory" SWITCH_SVE);
}

static inline __attribute__((always_inline)) void switch_forget(void)
{
    __asm__ volatile("mov x19, xzr\n\tmov x20, xzr\n\tmov x21, xzr\n\tmov x22, xzr\n\t"
                     "mov x23, xzr\n\tmov x24, xzr\n\tmov x25, xzr\n\tmov x26, xzr\n\t"
                     "mov x27, xzr\n\tmov x28, xzr"
                     :
                     :
                     : "x19", "x20", "x21", "x22", "x23", "x24", "x25", "x26", "x27", "x28");
}

#else
#define SWITCH_NAME "Boost.Context"

/* Boost.Context's C entry points: every other processor. Its header is C++, these are its ABI. */
struct transfer {
    void *from, *data;
};
struct transfer jump_fcontext(void *to, void *data);
void *make_fcontext(void *top, size_t size, void (*fn)(struct transfer));
struct transfer ontop_fcontext(void *to, void *data, struct transfer (*fn)(struct transfer));

struct frame {
    void *context;
    void (*start)(void);
};

/* The lowest byte that a frame which was left has on its stack. */
static inline const void *frame_low(const struct frame *f)
{
    return f->context;
}

void frame_enter(struct transfer t); /* frame.c, as the next */
struct transfer frame_exit_on_top(struct transfer t);

static inline void frame_init(struct frame *f, char *top, void (*start)(void))
{
    f->context = make_fcontext(top, 0, frame_enter);
    f->start = start;
}

/* A frame that was left goes on in task_exit_parked(), as though what parked had called it. It goes there now, and
 * comes back from there. */
static inline void frame_exit(struct frame *f)
{
    f->context = ontop_fcontext(f->context, 0, frame_exit_on_top).from;
}

/* A jump hands over the frame that it leaves, for where it arrives to store. */
static inline void switch_frames(struct frame *from, struct frame *to)
{
    struct transfer t = jump_fcontext(to->context, from);
    ((struct frame *)t.data)->context = t.from;
}

static inline void switch_forget(void)
{
}
#endif
