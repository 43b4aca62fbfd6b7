/* What a task waits on, looked at from outside. */
#pragma once

#include "profile/proven.h"
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

/* Who had to do with an object last, or has it: looked at only where a proof asks why nobody wakes its waiters. */
enum object_owner {
    OWNER_UNKNOWN, /* there is none, or nothing was asked */
    OWNER_LOOP,    /* a callback of the loop */
    OWNER_ENDED,
    OWNER_WAITS_FOR_IT, /* itself, again */
    OWNER_LEAKED,
    OWNER_LIVE, /* or by time, or unsure */
};

/* `ended`, `leaked`, ...; `unknown`. */
const char *object_owner_text(enum object_owner owner);

struct object_hands {
    enum object_owner owner; /* of a lock: the first that keeps it from coming back */
    const void *owned_at;    /* return address: where it was locked */
    uint64_t owner_id;       /* of one of those that are alike */
    const void *last,
        *before;   /* return addresses: the last send and receive; done and add; signal */
    uint64_t adds; /* of a wait group, so far */
    uint64_t signals, unheard; /* of a condition, so far; those that found nobody waiting */
};

/* What can be said of one object. Of a kind other than channel and connection: count is the wait
 * group's counter, the readers in, or what is taken of a semaphore's size; locked whether a mutex or
 * a writer is. */
struct object_state {
    enum object_kind kind;
    struct chan_info channel;
    struct io_info connection;
    int64_t count, size;
    bool locked;
    struct object_hands hands;
};

/* The kind that a wait reason is about; OBJECT_NONE for sleeps and the like. */
enum object_kind object_kind_of(enum wait_reason reason);

/* Reads the object, which must be alive. proof: NULL where nobody asks why. */
struct object_state object_inspect(enum object_kind kind, const void *object,
                                   const struct proof *proof);

/* Whether all that is said of both is the same. */
bool object_is_like(const struct object_state *a, const struct object_state *b);

#ifdef __cplusplus
}
#endif
