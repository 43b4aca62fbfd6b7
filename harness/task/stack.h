/* Stacks: from slabs of 64, reused, given back. Private to task/. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct slab;

struct stack {
    struct slab *slab;
    char *low;  /* lowest usable byte; the guard page lies below */
    char *high; /* one past the highest */
};

/* False where there is no memory: stack_error() says which limit. */
bool stack_get(struct stack *s);

/* Gives s back, while the caller may still run on it: nothing is unmapped before stack_trim(). */
void stack_put(const struct stack *s);

/* Gives cached stacks back to the system, but for as many as the busiest moment since the last trim
 * would need. Never called from a task. */
void stack_trim(void);

/* Whether enough is cached for a trim to be worth while. */
bool stack_trim_is_due(void);

const char *stack_error(void);

/* Bytes of the guard page below low. */
size_t stack_guard_size(void);
