/* One half of the live page's pair: a process of its own, under load that can be steered.
 *
 * It is measured as the cases of `leaklab run` are: by the same gauges (probe/gauges.h) at
 * descriptor 3, with the same phases. What differs:
 *
 * - load goes on until it is told to stop, at the rate in settings.rate, which the parent may
 *   change at any time; 0 pauses;
 * - the latencies' tail is a ring of the last LATENCY_TAIL, progress.finished counts them;
 * - at the end of a phase nobody waits, and when all is done it stays until its parent has gone.
 *
 * Descriptor 4 is a stream. The parent sends single bytes, enum live_order, and is sent answers: a
 * struct live_answer, then so many bytes.
 */
#pragma once

#include "catalog.h"
#include "probe/gauges.h"

enum live_order {
    LIVE_STOP = 'S', /* drain, settle and count; answered when it is done, without bytes */
    LIVE_PROFILE_JSON = 'J',
    LIVE_PROFILE_PPROF = '0', /* and the two texts, by Go's values of debug */
    LIVE_PROFILE_GROUPED = '1',
    LIVE_PROFILE_FULL = '2',
};

struct live_answer {
    uint64_t order; /* what it answers */
    uint64_t length;
};

/* The process's first steps, of either kind. Exits with 2 where nobody has started it as it should be. */
struct gauges *live_child_begin(const struct pair *pair);

/* What the load is to be now, requests a second; 0: paused. And where a latency goes. */
double live_child_rate(void);
void live_child_keep_latency(struct latency latency);

/* Of a pair with tasks; of one without live_plain_run(). Does not return. Says on standard error what is missing and exits with
 * 2. */
_Noreturn void live_child_run(const struct pair *pair, enum variant variant);
