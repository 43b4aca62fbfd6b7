/* What there is in another process by its census: handles, requests, descriptors and threads, put together by what is alike. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HANDLES_FRAMES = 16, HANDLES_WHY = 256 };

enum thing_kind { THING_HANDLE, THING_REQUEST, THING_DESCRIPTOR, THING_THREAD, THING_KINDS };

/* Where libuv's thread pool has a request. */
enum thing_pool { THING_NO_POOL, THING_POOL_WAITS, THING_POOL_RUNS, THING_POOL_DONE };

/* What is alike: of one kind and type, in one state, made by one stack. */
struct things {
    uint64_t count, queued; /* queued: bytes, of all */
    int64_t oldest, newest; /* milliseconds, of who made them */
    uint32_t stack, mark;   /* mark: the first one's */
    uint8_t kind, type;     /* type: libuv's */
    bool closing, active, referenced,
        freed; /* freed: its memory is that of a handle or a request no more, and it has not ended */
    bool ended, detached;
    enum thing_pool pool; /* of a request */
    bool has_queued;
    size_t depth;
    uint64_t frames[HANDLES_FRAMES]; /* return addresses, leaf first */
};

struct handles_seen {
    struct things *all; /* most of them first */
    size_t length, room, last;
    uint64_t of_kind[THING_KINDS];
    bool is_cut;  /* lists that end in what makes no sense, or changed while they were read */
    bool is_on;   /* else it has not begun */
    bool is_core; /* then which descriptors are open still is not known */
};
