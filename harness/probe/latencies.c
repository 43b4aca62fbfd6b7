#include "probe/latencies.h"
#include <stdlib.h>
#include <string.h>

enum { LEAST_ROOM = 256 }; /* of a hundred cases, which all have their own while others run */

/* Room for a power of two of them, so that *length alone tells how much there is. */
static bool make_room(struct latency **all, size_t length, size_t more)
{
    size_t room = LEAST_ROOM;
    while (room < length)
        room *= 2;
    if (*all && length + more <= room)
        return true;
    while (room < length + more)
        room *= 2;
    struct latency *larger = realloc(*all, room * sizeof *larger);
    if (larger)
        *all = larger;
    return larger != NULL;
}

bool latencies_take(struct latencies *l, struct latency **all, size_t *length)
{
    uint64_t from = l->taken, to = __atomic_load_n(&l->written, __ATOMIC_ACQUIRE);
    if (to - from > LATENCY_RING)
        from = to; /* the case has written nonsense over it */
    if (from == to)
        return true;
    if (!make_room(all, *length, (size_t)(to - from)))
        return false;
    for (; from < to; from++)
        (*all)[(*length)++] = l->ring[from % LATENCY_RING];
    __atomic_store_n(&l->taken, to, __ATOMIC_RELEASE);
    return true;
}

int64_t latency_of(const struct latency *latency, enum latency_part part)
{
    switch (part) {
    case LATENCY_LATE:
        return latency->late;
    case LATENCY_SERVICE:
        return latency->service;
    case LATENCY_RESPONSE:
    case LATENCY_PARTS:
        break;
    }
    return latency->late + latency->service;
}
