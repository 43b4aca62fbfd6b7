/* What the tests of the runtime share: a case that runs as a task in a process of its own, the
 * balance of every counter and of the heap after it, and the last words of programs that stop.
 *
 * A process a case: a panic, a crash or a failed assertion in a task ends that case alone, and each
 * case finds a runtime that nobody has used before.
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "task/stats.h"
#include "task/task.h"
#include "task/time.h"

/* No test waits for a time: it waits for what must come about, however slow the machine is. This ends
 * a wait for what never comes, a little before run.sh ends the program, so that the case is named. */
enum { HANG_SECONDS = 200 };

/* Defines a case whose body runs as the main task, under the virtual clock, twice: the first run
 * warms up what the runtime keeps. After each the tasks, timers, deadlines, channels and contexts
 * are as before, and the second leaves no heap byte behind. */
#define TASK_TEST(name)                                                                            \
    static void name##_body(void *unused);                                                         \
    static void name(void **state)                                                                 \
    {                                                                                              \
        (void)state;                                                                               \
        support_run_balanced(name##_body);                                                         \
    }                                                                                              \
    static void name##_body(void *unused __attribute__((unused)))

/* The same for a body that leaves tasks or timers behind on purpose: runs once, no balance, and
 * nothing goes on when it has returned. */
#define LEAKING_TASK_TEST(name)                                                                    \
    static void name##_body(void *unused);                                                         \
    static void name(void **state)                                                                 \
    {                                                                                              \
        (void)state;                                                                               \
        support_run_once(name##_body);                                                             \
    }                                                                                              \
    static void name##_body(void *unused __attribute__((unused)))

void support_run_balanced(void (*body)(void *));
void support_run_once(void (*body)(void *));

/* Calls body(NULL) in a process of its own, outside of any task; it fails where that one fails. */
void support_run_outside(void (*body)(void *));

/* How a process ended: exit status, or 128 + the signal; and what it wrote to standard error. */
struct ending {
    int status;
    char words[32768];
};

/* Runs body as the main task in a process of its own. Static: valid until the next call. */
const struct ending *support_ending(void (*body)(void *));

/* body must stop the program with exit status 2 and these words. */
void support_expect_stop(void (*body)(void *), const char *words);
/* The same for a panic: "panic: MESSAGE". */
void support_expect_panic(void (*body)(void *), const char *message);

/* Lets all other tasks go on until each is parked or has ended. Time stands still. */
void settle(void);

/* Parked tasks, over all reasons. */
uint64_t parked(void);

/* Appends a word to the case's notes, which start empty. */
void note(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The notes so far, words separated by one space, must be these; starts them anew. */
#define expect_notes(words) support_expect_notes((words), __FILE__, __LINE__)
void support_expect_notes(const char *words, const char *file, int line);

/* Skips the running case. It says why: run.sh takes a skip without a reason for a failure. */
void support_skip(const char *why, ...) __attribute__((format(printf, 1, 2)));

/* Skips where the kernel puts cores somewhere else than into the folder of who ended, and where they hold shadow memory. */
void support_need_cores(void);

/* Repeatable numbers for the tests' own choices, apart from the runtime's. */
uint32_t support_random(uint64_t *seed);

/* Sanitizers and Valgrind multiply time and memory: tests of size ask. */
bool support_is_instrumented(void);

/* Skips the running case where the address space can not be limited: sanitizers and Valgrind need their
 * own, and an emulator does not know of limits. */
void support_need_memory_limit(void);
