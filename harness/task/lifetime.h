/* Use after drop, and double drop, of what is counted by references. Private to task/.
 *
 * In a debug build (make DEBUG=1) each is a panic that names the places of make, drop and use: what
 * nobody holds any more is overwritten, and its memory is kept for a while. In another build all of
 * this is nothing, and costs nothing.
 *
 * What is counted has a `struct lifetime` in it, and calls the functions below at the places they say.
 */
#pragma once

#include <stddef.h>
#include <stdlib.h>

#ifdef TASK_DEBUG

enum { LIFETIME_FRAMES = 3 };

/* Return addresses: of the call, of its caller, and of the caller's. NULL where there are less. */
struct lifetime_place {
    const void *frames[LIFETIME_FRAMES];
};

struct lifetime {
    const char *what; /* `channel` */
    struct lifetime_place made, dropped;
};

/* When it is made; what is static. */
void lifetime_begin(struct lifetime *l, const char *what);
/* In every call that is for who holds it, and in the drop, before it is counted. */
void lifetime_check(const struct lifetime *l);
void lifetime_check_drop(const struct lifetime *l);
/* When the last reference is gone. */
void lifetime_end(struct lifetime *l);
/* In place of free(), l being in memory of this size. What is kept counts as the runtime's own heap. */
void lifetime_free(struct lifetime *l, void *memory, size_t size);

#else

struct lifetime {
};

static inline void lifetime_begin(struct lifetime *l, const char *what)
{
    (void)l, (void)what;
}

static inline void lifetime_check(const struct lifetime *l)
{
    (void)l;
}

static inline void lifetime_check_drop(const struct lifetime *l)
{
    (void)l;
}

static inline void lifetime_end(struct lifetime *l)
{
    (void)l;
}

static inline void lifetime_free(struct lifetime *l, void *memory, size_t size)
{
    (void)l, (void)size;
    free(memory);
}

#endif
