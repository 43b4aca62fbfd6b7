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
    X(OBJECT_SEMAPHORE, "semaphore")                                                               \
    X(OBJECT_CONNECTION, "connection")                                                             \
    X(OBJECT_VARIOUS, "various")

enum object_kind {
#define X(name, text) name,
    FOR_EACH_OBJECT_KIND(X)
#undef X
};

const char *object_kind_text(enum object_kind kind);

/* What can be said of one object. Of a kind other than channel and connection: count is the wait
 * group's counter, the readers in, or what is taken of a semaphore's size; locked whether a mutex or
 * a writer is. */
struct object_state {
    enum object_kind kind;
    struct chan_info channel;
    struct io_info connection;
    int64_t count, size;
    bool locked;
};

/* The kind that a wait reason is about; OBJECT_NONE for sleeps and the like. */
enum object_kind object_kind_of(enum wait_reason reason);

/* Reads the object, which must be alive. */
struct object_state object_inspect(enum object_kind kind, const void *object);

/* Whether all that is said of both is the same. */
bool object_is_like(const struct object_state *a, const struct object_state *b);

#ifdef __cplusplus
}
#endif
