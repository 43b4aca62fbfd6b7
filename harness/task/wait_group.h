/* A wait group: waits until as many have said done as were added. It only waits; it stops nobody.
 *
 * Zero-initialized it is ready for use, and owns nothing: `struct wait_group group = {0};`
 */
#pragma once

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct wait_queue {
    struct wait_node *first, *last;
};

struct wait_group {
    int64_t count;
    struct wait_queue waiters;
};

/* Adds delta, which may be negative. Under zero: panic. At zero all waiters go on. */
void wait_group_add(struct wait_group *group, int64_t delta);
void wait_group_done(struct wait_group *group);

/* Parks until the count is zero. */
void wait_group_wait(struct wait_group *group);

#ifdef __cplusplus
}
#endif
