/* The context switch. Private to task/.
 *
 * switch_frames(from, to) saves where `from` is and goes on where `to` was. The inline form saves
 * three registers and declares the others clobbered, so the compiler spills just what it needs at
 * each place: 1 to 2 ns against 8 for a call that saves all. A new frame starts at a function that
 * never returns, with an empty frame chain above it. Floating-point control words are the thread's,
 * shared by its tasks.
 */
#pragma once

#include <stdint.h>

#if defined(__x86_64__) && !defined(SWITCH_BOOST)
#define SWITCH_NAME "inline x86-64"
#define SWITCH_INLINE

struct frame {
    void *sp, *fp, *pc;
};

static inline void frame_init(struct frame *f, char *top, void (*start)(void))
{
    /* As if called: the stack is 16-byte aligned less the return address, which is 0. */
    char *sp = (char *)((uintptr_t)top & ~(uintptr_t)15) - 8;
    *(void **)sp = 0;
    *f = (struct frame){.sp = sp, .fp = 0, .pc = (void *)start};
}

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
                       "st(3)", "st(4)", "st(5)", "st(6)", "st(7)", "cc", "memory");
}

#elif defined(__aarch64__) && !defined(SWITCH_BOOST)
#define SWITCH_NAME "inline arm64"
#define SWITCH_INLINE

struct frame {
    void *sp, *fp, *pc;
};

static inline void frame_init(struct frame *f, char *top, void (*start)(void))
{
    char *sp = (char *)((uintptr_t)top & ~(uintptr_t)15);
    *f = (struct frame){.sp = sp, .fp = 0, .pc = (void *)start};
}

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
                     "ldr x3, [x1, #16]\n\t"
                     "mov sp, x2\n\t"
                     "br x3\n"
                     "1:"
                     : "+r"(x0), "+r"(x1)
                     :
                     : "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13",
                       "x14", "x15", "x16", "x17", "x19", "x20", "x21", "x22", "x23", "x24", "x25",
                       "x26", "x27", "x28", "x30", "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7",
                       "v8", "v9", "v10", "v11", "v12", "v13", "v14", "v15", "v16", "v17", "v18",
                       "v19", "v20", "v21", "v22", "v23", "v24", "v25", "v26", "v27", "v28", "v29",
                       "v30", "v31", "cc", "memory");
}

#else
#define SWITCH_NAME "Boost.Context"

/* Boost.Context's C entry points: every other processor. Its header is C++, these are its ABI. */
struct transfer {
    void *from, *data;
};
struct transfer jump_fcontext(void *to, void *data);
void *make_fcontext(void *top, size_t size, void (*fn)(struct transfer));

struct frame {
    void *context;
    void (*start)(void);
};

void frame_enter(struct transfer t); /* sched.c */

static inline void frame_init(struct frame *f, char *top, void (*start)(void))
{
    f->context = make_fcontext(top, 0, frame_enter);
    f->start = start;
}

/* A jump hands over the frame that it leaves, for where it arrives to store. */
static inline void switch_frames(struct frame *from, struct frame *to)
{
    struct transfer t = jump_fcontext(to->context, from);
    ((struct frame *)t.data)->context = t.from;
}
#endif
