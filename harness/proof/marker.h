/* What can be reached, and by whom: from roots through the heap, into stacks and out of them again.
 *
 * - Every block and every task is marked once, with the cause for which it was reached first.
 * - Reaching a channel makes those go on who wait in it. Reaching a stack's memory makes its frames
 *   reachable, and not its task live.
 * - A word is a pointer to a block wherever in the block it points to.
 * - No recursion: what is to be followed stands on a stack of entries, of bounded size. What finds no
 *   room is found again, by a look at all that is marked.
 */
#pragma once

#include "proof/cause.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct task;

/* Who waits for what is no channel is known elsewhere (waits.c), which is told of all that is reached. */
struct marker_watch {
    const size_t *noted; /* nothing is told where this is 0 */
    /* The block that starts here, or the stack of the task whose record is here, has been reached. */
    void (*reach)(uintptr_t container, uint64_t cause);
    /* A task has become live. */
    void (*live)(const struct task *t);
    /* All that it has woken is to be woken once more. */
    void (*again)(void);
};

/* False where memory is short. watch: kept until marker_close(). entries: room on the stack of what is to be followed; 0: the usual. */
bool marker_open(size_t entries, const struct marker_watch *watch);
void marker_close(void);

/* Each of these follows what it reaches at once, to the end. */
void marker_words(const void *low, const void *high, uint64_t cause); /* all words in a range */
void marker_static(const void *low,
                   const void *high); /* the same; the cause is each word's place */
void marker_pointer(const void *pointer, uint64_t cause);
void marker_task(const struct task *t, uint64_t cause);
/* What stands in the clock or in a context's list, and goes on by it. */
void marker_waiter(const void *waiter, uint64_t cause);

/* For waits.c, while something is followed: a task; all who wait in a queue, from the first on. */
void marker_wake(const struct task *t, uint64_t cause);
void marker_wake_queue(const struct task *first, uint64_t cause);

size_t marker_bytes(void);
