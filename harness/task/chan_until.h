/* Channel operations that wait until a time and no longer. */
#pragma once

#include "task/chan.h"
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum chan_recv_outcome { CHAN_RECV_TIMED_OUT, CHAN_RECV_VALUE, CHAN_RECV_CLOSED };

/* chan_recv() that parks until clock_now() == deadline at the latest: CHAN_RECV_TIMED_OUT then leaves *value
 * alone. What is there at once is received however late it is. CHAN_RECV_CLOSED zeroes *value. */
#define chan_recv_until(c, value, deadline)                                                        \
    chan_recv_until_sized((c), (value), (deadline), chan_size_of(value))

/* chan_send() likewise: false where nobody took the value in time. A literal with commas stands in parentheses. */
#define chan_send_until(c, value, deadline)                                                        \
    chan_send_until_sized((c), (value), (deadline), chan_size_of(value))

/* What these macros call: size is that of what value points to, 0 where that is not known. */
enum chan_recv_outcome chan_recv_until_sized(struct chan *c, void *value, int64_t deadline,
                                             size_t size);
bool chan_send_until_sized(struct chan *c, const void *value, int64_t deadline, size_t size);

#ifdef __cplusplus
}
#endif
