/* The ends of a program that breaks a rule. Private to task/.
 *
 * A panic takes two steps: recover.c leaves the stack by its deferred calls, to who recovers or to the
 * task's start; from there panic.c tells of it, and ends the program.
 */
#pragma once

#include "task/recover.h"
#include "task/unwind.h"
#include <stddef.h>

enum { PANIC_FRAMES = 32 };

enum panic_kind {
    PANIC_RECOVERY, /* somebody to come back to */
    PANIC_ON_ITS_WAY,
    PANIC_EXIT, /* no panic: the task ends */
};

/* What a task will come back to, and what it is on its way from: newest first. */
struct panic_node {
    struct panic_node *older;
    enum panic_kind kind;
};

/* A panic on its way. On the heap: the frames that it came from are gone before it is told. */
struct panicking {
    struct unwind unwind;   /* first: the unwinding is the panic */
    struct panic_node node; /* older ones, up to the next recovery, panicked before it */
    struct panic panic;
    const void *frames[PANIC_FRAMES]; /* return addresses, leaf first: who panicked */
    int depth;
};

/* A panic with more sites than its own: at most PANIC_SITES - 1, and a last without a name. */
_Noreturn void task_panic_at(const char *message, const struct panic_site *sites);

/* Return addresses of the calling task from this frame on, at most PANIC_FRAMES: how many. */
int task_panic_frames(const void **frames, void *const *frame);

/* Tells of a panic and of those that came before it, oldest first, and exits with 2. why: NULL, or why
 * deferred calls were not run, and where (a return address, or NULL). */
_Noreturn void task_panic_report(struct panicking *p, const char *why, const void *where);

/* `fatal error: ...`: ends the program at once, without deferred calls; nobody recovers. */
_Noreturn void task_fatal(const char *format, ...) __attribute__((format(printf, 1, 2), cold));
_Noreturn void task_fatal_deadlock(void);

/* Catches stack overflows from now on: on an alternate stack, by their guard page. Idempotent. */
void task_overflow_install(void);
