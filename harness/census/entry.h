/* What the census knows of one handle, request, thread or descriptor, and how many of them there are. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { CENSUS_FRAMES = 8, CENSUS_TYPES = UV_HANDLE_TYPE_MAX };

enum census_kind { CENSUS_HANDLE, CENSUS_REQUEST, CENSUS_DESCRIPTOR, CENSUS_THREAD, CENSUS_KINDS };

/* Where libuv's thread pool has a request. */
enum census_pool {
    CENSUS_NO_POOL,
    CENSUS_POOL_WAITS, /* for a thread */
    CENSUS_POOL_RUNS,
    CENSUS_POOL_DONE, /* for the loop to call back */
};

/* What it knows of one. */
struct census_entry {
    enum census_kind kind;
    const void *object;    /* the handle or the request; of a descriptor or a thread NULL */
    const uv_loop_t *loop; /* theirs */
    int number;            /* of a descriptor, itself; of a thread its id, 0 where it has ended */
    uv_handle_type type;
    const char *descriptor;           /* of a descriptor, "socket", "pipe", "file" .. */
    uv_req_type request;              /* of a request, its type */
    enum census_pool pool;            /* and where it waits */
    bool closing, active, referenced; /* of a handle */
    bool freed;           /* its memory is that of a handle no more, and it was not closed */
    bool ended, detached; /* of a thread */
    size_t queued;        /* bytes in a stream's or a socket's queue; of a request, its part */
    uint32_t mark, stack; /* stack: a number that is the same for the same stack */
    int64_t since;        /* milliseconds, of uv_now() or, without a loop, of uv_hrtime() */
    size_t depth;
    const void *const *frames; /* return addresses of who made it, leaf first */
};

typedef bool census_visit(const struct census_entry *entry, void *arg);

/* How many there are now. By counters, so that it costs nothing. */
struct census_counts {
    uint64_t handles, of_type[CENSUS_TYPES];
    uint64_t requests; /* in flight */
    uint64_t threads;  /* not joined yet; of detached ones those that run */
};
extern struct census_counts census_counts;

#ifdef __cplusplus
}
#endif
