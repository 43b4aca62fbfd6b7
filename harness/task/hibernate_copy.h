/* What is kept of a hibernated stack: its words, packed. Private to task/.
 *
 * Tasks that were parked by the same call at the same depth are alike: most of their words are equal, or point
 * to the same place of their own stacks. The first of each kind becomes a form, and of the others is kept
 * what differs from it. Without a form, words are small next to zero, to their own stack or to code.
 */
#pragma once

#include "task/stack.h"
#include <stdint.h>

enum { COPY_MOST_WORDS = 1024, COPY_LEAST_BYTES = sizeof(void *) /* once spent it is linked */ };

struct copy {
    uint16_t form;  /* its number; 0: none */
    uint16_t words; /* up to the end of the task's record */
    uint8_t bytes[];
};

/* A stack's part in use: `words` of them from low on; its record, and the range of its own addresses. */
struct live_part {
    const uint64_t *low;
    size_t words;
    uintptr_t record, start, size;
    const void *pc; /* where it goes on */
};

/* Parts alike have one. Taken from the stack from start on, of so many bytes. */
struct form {
    const void *pc;
    uintptr_t record, start, size;
    size_t words;
    size_t users; /* copies */
    uint64_t values[COPY_MOST_WORDS];
};

/* Read from outside, too: task/layout.h. Number 0 is none. */
extern struct forms {
    struct form *all;
    uint64_t changes; /* how often one was taken */
} task_forms;

/* NULL where memory is short. For free(), and one user less of its form: copy_leave_form(). */
struct copy *copy_make(const struct live_part *part);

/* Writes c->words words. */
void copy_unpack(const struct copy *c, uintptr_t record, volatile uint64_t *to);

/* The copy is not to be unpacked again. */
void copy_leave_form(const struct copy *c);
