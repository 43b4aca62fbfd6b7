/* What a task waits on, looked at from outside. */
#pragma once

#include "task/inspect.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FOR_EACH_OBJECT_KIND(X)                                                                    \
    X(OBJECT_NONE, "nothing")                                                                      \
    X(OBJECT_CHANNEL, "channel")                                                                   \
    X(OBJECT_WAIT_GROUP, "wait group")                                                             \
    X(OBJECT_MUTEX, "mutex")                                                                       \
    X(OBJECT_RW_MUTEX, "readers-writer mutex")                                                     \
    X(OBJECT_COND, "condition")                                                                    \
    X(OBJECT_VARIOUS, "various")

enum object_kind {
#define X(name, text) name,
    FOR_EACH_OBJECT_KIND(X)
#undef X
};

const char *object_kind_text(enum object_kind kind);

/* What can be said of one object. Of a kind other than channel: count is the wait group's counter
 * or the readers in, locked whether a mutex or a writer is. */
struct object_state {
    enum object_kind kind;
    struct chan_info channel;
    int64_t count;
    bool locked;
};

/* The kind that a wait reason is about; OBJECT_NONE for sleeps, I/O and the like. */
enum object_kind object_kind_of(enum wait_reason reason);

/* Reads the object, which must be alive. */
struct object_state object_inspect(enum object_kind kind, const void *object);

/* Whether all that is said of both is the same. */
bool object_is_like(const struct object_state *a, const struct object_state *b);

#ifdef __cplusplus
}
#endif
