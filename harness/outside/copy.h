/* The copies of hibernated stacks in somebody's memory, unpacked: task/hibernate_copy.c is how they are made. */
#pragma once

#include "outside/layout.h"

enum { COPY_WORDS_MOST = 1024, COPY_AT_ONCE = 256, COPY_BYTES_MOST = 16 + 9 * COPY_WORDS_MOST };

/* A copy: what of it has been read, and what it says. */
struct packed {
    uint64_t at;     /* of the copy */
    uint64_t record; /* of the task, where its record lies on the stack */
    size_t length;   /* bytes that were read */
    size_t words;
    uint64_t all[COPY_WORDS_MOST];
    uint8_t bytes[COPY_BYTES_MOST];
};

struct forms_seen;

/* NULL: no memory. */
struct forms_seen *forms_new(struct memory *memory, const struct task_layout *layout);
void forms_free(struct forms_seen *forms); /* NULL is allowed */

/* What was read of them does not hold any more; they are here now. */
void forms_forget(struct forms_seen *forms, uint64_t at);

/* So many bytes are asked for first: up to the end of a page all can be read. */
size_t packed_first(uint64_t at);

/* Unpacks one whose first bytes are read. False where it makes no sense, or can not be read. */
bool packed_open(struct packed *packed, struct forms_seen *forms);
