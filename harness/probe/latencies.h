/* What requests took, on its way from a case to its meter: a ring in shared memory, of one writer and one reader.
 *
 * It is as large from the first request to the last, and its pages are the meter's: however many requests
 * there are, the case does not pay for its own log.
 */
#pragma once

#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LATENCY_RING = 1 << 15 };

/* Of one request that has returned, in nanoseconds. How late it began is the machine's and the clock's doing, and what
 * the requests before it did; what it took from there on is its own. A client has waited for both. */
struct latency {
    int64_t late;    /* from when it was due to when it began */
    int64_t service; /* from there to its return */
};

struct latencies {
    uint64_t written; /* by the case, ever */
    alignas(2048) uint64_t taken;
    alignas(4096) struct latency ring[LATENCY_RING];
};

/* The case: one more. False where the ring is full. */
static inline bool latencies_put(struct latencies *l, struct latency latency)
{
    if (l->written - __atomic_load_n(&l->taken, __ATOMIC_ACQUIRE) >= LATENCY_RING)
        return false;
    l->ring[l->written % LATENCY_RING] = latency;
    __atomic_store_n(&l->written, l->written + 1, __ATOMIC_RELEASE);
    return true;
}

/* The meter: moves what is there to the end of *all, which has *length of them and grows (malloc'ed; NULL
 * at first). False where there is no memory: then all of it stays. */
bool latencies_take(struct latencies *l, struct latency **all, size_t *length);

/* Of a request that was due, began and returned at these times. A clock that is behind makes none early. */
static inline struct latency latency_between(int64_t due, int64_t began, int64_t returned)
{
    return (struct latency){began > due ? began - due : 0, returned > began ? returned - began : 0};
}

/* Which of the times is meant. */
enum latency_part { LATENCY_RESPONSE, LATENCY_LATE, LATENCY_SERVICE, LATENCY_PARTS };

/* Nanoseconds. The response is both together: from when it was due to its return. */
int64_t latency_of(const struct latency *latency, enum latency_part part);
