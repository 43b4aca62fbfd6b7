/* Allocations and calls of the system that fail, one after the other: whatever fails, nothing falls over, nothing
 * is left allocated, and what is made is whole or is not made, with words that say why. The linker puts the
 * functions here in the place of the C library's; the Makefile names those of a test's program. */
#pragma once

#include "test/support.h"

#include "probe/heap.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static long failing_left = -1; /* so many more succeed; -1: all do */
static bool failing_did;
static char failing_said[2048]; /* the words of what failed, where it has some */

static inline bool failing_now(void)
{
    if (failing_left < 0)
        return false;
    failing_did |= failing_left == 0;
    return failing_left-- == 0;
}

/* fails: what it returns then, after setting errno where a caller reads it. */
#define FAILING(type, fails, name, parameters, ...)                                                \
    type __real_##name parameters;                                                                 \
    type __wrap_##name parameters;                                                                 \
    type __wrap_##name parameters                                                                  \
    {                                                                                              \
        return failing_now() ? fails : __real_##name(__VA_ARGS__);                                 \
    }

/* For what prints its words itself: nothing fails until failing_on(). */
static inline long failing_off(void)
{
    long now = failing_left;
    failing_left = -1;
    return now;
}

static inline void failing_on(long now)
{
    failing_left = now;
}

/* Does it with the first one failing, the second, and so on in steps, until it does without. Returns how many
 * there are. made: what it makes as text, freed here; NULL where it fails, and then failing_said says why, if
 * has_words. */
struct failing {
    const char *what;
    char *(*made)(void);
    long step;
    bool has_words;
    bool keeps; /* memory that is not given back is no fault */
};

static inline long failing_try(const struct failing *f)
{
    long number = 0;
    failing_left = -1;
    free(f->made()); /* warms up what is kept for good */
    char *whole = f->made();
    if (!whole)
        fail_msg("%s: %s", f->what, failing_said);
    for (bool more = true; more; number += f->step) {
        int64_t before = heap_allocated();
        failing_did = false;
        failing_said[0] = 0;
        failing_left = number;
        char *text = f->made();
        failing_left = -1;
        more = failing_did;
        if (failing_did && text && strcmp(text, whole) != 0)
            fail_msg("%s is not whole when number %ld fails: \"%s\"", f->what, number, text);
        if (!text && !failing_did)
            fail_msg("%s fails by itself: %s", f->what, failing_said);
        if (!text && f->has_words && !failing_said[0])
            fail_msg("%s does not say why when number %ld fails", f->what, number);
        free(text);
        if (!f->keeps && heap_allocated() != before)
            fail_msg("%s leaves %ld bytes when number %ld fails", f->what,
                     (long)(heap_allocated() - before), number);
    }
    free(whole);
    return number;
}
