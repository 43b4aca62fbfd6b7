/* Tasks: stackful coroutines, cooperatively scheduled on one libuv loop in one thread.
 *
 * A task runs until it parks (on a channel, a select, a timer, a lock) or returns. Nothing else
 * switches, so code between two parking calls needs no lock. Everything here is for the thread
 * that called task_run().
 */
#pragma once

#include "task/switch_here.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Where a task was made. Static, one per go() in the source. */
struct task_site {
    const char *file;
    int line;
    const char *function; /* the function that says go() */
    const char *entry;    /* what it starts, as written */
};

/* The site that a macro is written at. The argument is not in its block: a compound literal lives as
 * long as the block of who wrote it. */
#define TASK_SITE_(fn)                                                                             \
    __extension__({                                                                                \
        static const struct task_site task_site_ = {__FILE__, __LINE__, __func__, #fn};            \
        &task_site_;                                                                               \
    })

/* go(fn, arg) starts fn(arg) as a new task, ready to run when the caller next parks or returns.
 * The new task inherits the caller's labels. What arg points to must live as long as the task
 * needs it: pass a reference, memory that the task frees, or what the caller waits to be done with.
 * Returns the task's id, or 0 where there is no memory for a stack: task_error() says which limit
 * was met, and the caller still owns arg. */
#define go(fn, ...) task_spawn((fn), __VA_ARGS__, TASK_SITE_(fn))

/* What go() calls; for callers that keep their own site (a static object). */
uint64_t task_spawn(void (*fn)(void *arg), void *arg, const struct task_site *site);

/* task_run(fn, arg) runs fn(arg) as a task, and with it every task there is, until fn returns. Tasks that fn left
 * behind stay where they are: task_count() tells, and a later task_run() goes on with them.
 * Must not be called from a task. Returns 0, or -1 where no task could be made (task_error()). */
#define task_run(fn, ...) task_run_at((fn), __VA_ARGS__, TASK_SITE_(fn))
int task_run_at(void (*fn)(void *arg), void *arg, const struct task_site *site);

/* Lets every other ready task run once before the caller goes on. */
void(task_yield)(void);

/* Parks the caller for at least the given nanoseconds; zero or less is a yield. */
void task_sleep(int64_t nanoseconds);

/* Tasks alive: running, ready and parked, the caller included. Go's NumGoroutine. */
size_t task_count(void);

/* The calling task's id, from 1 on; 0 outside of tasks. Never reused. */
uint64_t task_id(void);

/* Adds a label to the calling task, over an earlier one of the same key; tasks that it makes
 * from now on inherit it. Both strings are copied. */
void task_label(const char *key, const char *value);

/* The calling task's value for key, or NULL. Valid while the task lives. */
const char *task_label_get(const char *key);

/* Why the last go() or task_run() failed, in one line: what was tried, which limit, what to do. */
const char *task_error(void);

/* Address space for each stack of tasks made from now on, in bytes, guard page included; rounded
 * up to whole pages. Default 64 KiB. Returns 0, or -1 where the size is under four pages or over
 * 1 GiB. */
int task_set_stack_size(size_t bytes);
size_t task_stack_size(void);

/* Seeds the choice that select makes among ready cases. A run is repeatable with one seed under
 * the virtual clock. Default: a constant. */
void task_seed(uint64_t seed);

/* Ends the calling task: runs its deferred calls, last deferred first, and no more. Nobody recovers from
 * it. In a deferred call of a panic, or of another exit: panic. */
void task_exit(void) __attribute__((noreturn));

/* Leaves the calling task as a Go panic does: runs its deferred calls, and where nobody recovers
 * (task/recover.h) stops the program: `panic: MESSAGE`, who and where, exit status 2. */
void task_panic(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2), cold));

/* --- How task_yield() is made ------------------------------------------------------------------- */

struct task_switch task_yield_start(void);

static inline __attribute__((always_inline)) void task_yield_here(void)
{
    struct task_switch s = task_yield_start();
    if (__builtin_expect(s.to != NULL, 1))
        task_switch_here(s.u.from, s.to);
}

/* Its address is that of the function. */
#define task_yield() task_yield_here()

#ifdef __cplusplus
}
#endif
