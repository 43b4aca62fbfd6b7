/* What all counted objects of the runtime have, at one place: by it a proof knows them in the heap, and holds
 * the references that it finds against those that were counted. Private to task/ and proof/. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* No text and no pointer: memory of the program's own is not taken for one of these. */
#define COUNTED_CHAN  UINT32_C(0x9d1c8e00) /* and its enum chan_owner */
#define COUNTED_CTX   UINT32_C(0x9d1c8e10)
#define COUNTED_TIMER UINT32_C(0x9d1c8e20) /* one that calls; one that sends is its channel */
#define COUNTED_AFTER UINT32_C(0x9d1c8e30)

struct counted {
    uint32_t kind; /* 0 once it is freed */
    uint32_t references;
    uint32_t found; /* a proof's own, while it looks */
};

#define COUNTED_AT 64 /* bytes from the start of each object */

/* Before its memory is freed. The memory is given out again, as it is, and is no such object then. Volatile: a
 * compiler leaves out what it sees stored and then freed. */
static inline void counted_end(struct counted *c)
{
    *(volatile uint32_t *)&c->kind = 0;
}

/* How a proof follows an object. */
struct tracer {
    /* May be used by whoever has the object. */
    void (*reach)(struct tracer *t, const void *pointer);
    /* Goes on by it: what stands in its list, in a task's own frames or in a block of its own. */
    void (*wake)(struct tracer *t, const void *waiter);
};

struct ctx;
struct timer;
struct ctx_after;
void task_ctx_trace(const struct ctx *c, struct tracer *t);
/* reach() for what it has references to, and for its value or argument; of a context wake() for who waits for its
 * end: those have one to it. */
void task_ctx_references(const struct ctx *c, struct tracer *t);
void task_after_references(const struct ctx_after *after, struct tracer *t);
void task_timer_trace(const struct timer *timer, struct tracer *t);
void task_after_trace(const struct ctx_after *after, struct tracer *t);

/* Static data of the runtime that leads to objects by their types, and must not be scanned for pointers. */
#define NOT_SCANNED __attribute__((section("task_not_scanned")))
