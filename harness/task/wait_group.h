/* A wait group: waits until as many have said done as were added. It only waits; it stops nobody.
 *
 * Zero-initialized it is ready for use, and owns nothing: `struct wait_group group = {0};`
 * Every wait has to return before it is used for other work, or its memory for anything else.
 */
#pragma once

#include "task/waiters.h"
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct wait_group {
    int64_t count;
    struct wait_queue waiters;
    /* For telling. */
    uint64_t adds; /* what was added so far; what was taken off is that less the count */
    const void *added_at, *done_at; /* return addresses of the last of each */
};

/* Adds delta, which may be negative. Under zero: panic. At zero all waiters go on. */
void wait_group_add(struct wait_group *group, int64_t delta);
void wait_group_done(struct wait_group *group);

/* Parks until the count is zero. Where more was added since, and before it could return: panic. */
void wait_group_wait(struct wait_group *group);

#ifdef __cplusplus
}
#endif
