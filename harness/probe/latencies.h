/* Latencies on their way from a case to its meter: a ring in shared memory, of one writer and one reader.
 *
 * It is as large from the first request to the last, and its pages are the meter's: however many requests
 * there are, the case does not pay for its own log.
 */
#pragma once

#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LATENCY_RING = 1 << 16 };

struct latencies {
    uint64_t written; /* by the case, ever */
    alignas(2048) uint64_t taken;
    alignas(4096) int64_t ring[LATENCY_RING]; /* nanoseconds */
};

/* The case: one more. False where the ring is full. */
static inline bool latencies_put(struct latencies *l, int64_t nanoseconds)
{
    if (l->written - __atomic_load_n(&l->taken, __ATOMIC_ACQUIRE) >= LATENCY_RING)
        return false;
    l->ring[l->written % LATENCY_RING] = nanoseconds;
    __atomic_store_n(&l->written, l->written + 1, __ATOMIC_RELEASE);
    return true;
}

/* The meter: moves what is there to the end of *all, which has *length of them and grows (malloc'ed; NULL
 * at first). False where there is no memory: then all of it stays. */
bool latencies_take(struct latencies *l, int64_t **all, size_t *length);
