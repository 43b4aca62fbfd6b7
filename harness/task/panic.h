/* The ends of a program that breaks a rule. Private to task/. Each prints and exits with 2. */
#pragma once

#include <stddef.h>

struct panic_site {
    const char *what; /* NULL ends the list */
    const void *pc;   /* a return address; NULL is left out */
};

/* A panic with more sites than its own. */
_Noreturn void task_panic_at(const char *message, const struct panic_site *sites);

/* `fatal error: ...`: what Go's recover() could not catch either. */
_Noreturn void task_fatal(const char *format, ...) __attribute__((format(printf, 1, 2), cold));
_Noreturn void task_fatal_deadlock(void);

/* Catches stack overflows from now on: on an alternate stack, by their guard page. Idempotent. */
void task_overflow_install(void);
