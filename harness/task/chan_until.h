/* Channel operations that wait until a time and no longer. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct chan;

enum chan_recv_outcome { CHAN_RECV_TIMED_OUT, CHAN_RECV_VALUE, CHAN_RECV_CLOSED };

/* chan_recv() that parks until clock_now() == deadline at the latest: CHAN_RECV_TIMED_OUT then leaves *value
 * alone. What is there at once is received however late it is. CHAN_RECV_CLOSED zeroes *value. */
enum chan_recv_outcome chan_recv_until(struct chan *c, void *value, int64_t deadline);

/* chan_send() likewise: false where nobody took the value in time. */
bool chan_send_until(struct chan *c, const void *value, int64_t deadline);

#ifdef __cplusplus
}
#endif
