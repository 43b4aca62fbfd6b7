/* Until nothing moves any more: the moment at which a count of tasks means something. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Called from a task. Lets every other task go on until it is parked; under the virtual clock then
 * lets `horizon` nanoseconds pass, and again all park. Under the real clock no time is waited, only
 * what the loop has ready is taken. False where some task never parks: time would stand still, so
 * it is given up on after a bounded number of turns. */
bool quiescence_reach(int64_t horizon);

#ifdef __cplusplus
}
#endif
