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
    PANIC_DEFERRED, /* the same, but that a deferred call is left, and the next older goes on */
    PANIC_ON_ITS_WAY,
    PANIC_EXIT, /* no panic: the task ends */
    PANIC_END,  /* the same, and it was made to: it was parked for ever */
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

/* Where a task that is parked for ever goes on when it is made to end: it leaves its stack by its deferred calls, as
 * by task_exit(). Where it is stuck in one, that one is left, and the panic or exit that it belongs to goes on. */
_Noreturn void task_exit_parked(void) __attribute__((visibility("hidden")));

/* The same for who has been switched to already, and does not go on. */
_Noreturn void task_made_to_end(void);

/* Whether the running task is on its way out after that. What it believes to hold, it need not: it was parked in
 * the middle of something. */
bool task_is_made_to_end(void);

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

/* Catches stack overflows from now on: on an alternate stack, by their guard page; and wakes who hibernates.
 * What is neither goes on to who had the signal before. Idempotent. */
void task_overflow_install(void);

/* Whether a fault still comes here first. */
bool task_faults_are_seen(void);
