/* A count per stack, as Go's /debug/pprof/goroutine?debug=1 tells it: read, and compared. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct stack_count {
    uint64_t count;
    char *stack; /* a line a frame, leaf first: `function file:line`; addresses where it has none */
};

struct stacks {
    uint64_t total; /* as the first line says */
    size_t length;
    struct stack_count *all; /* by stack; each once */
};

/* Reads a text. False where it is none, with a line in error that says what is wrong; *stacks holds
 * nothing to free then. */
bool stacks_read(const char *text, size_t length, struct stacks *stacks, char *error, size_t size);
void stacks_free(struct stacks *stacks);

struct stack_growth {
    const char *stack; /* of `after` */
    uint64_t before, after;
};

/* The stacks with more tasks in `after` than in `before`, most growth first. Returns how many there
 * are; the first `most` of them are in grown. */
size_t stacks_grown(const struct stacks *before, const struct stacks *after,
                    struct stack_growth *grown, size_t most);
