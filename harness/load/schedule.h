/* When requests arrive: an open-loop schedule, laid out beforehand and blind to how they fare. */
#pragma once

#include "probe/gauges.h"
#include <gsl/gsl_rng.h>

struct schedule {
    double rate; /* per second; 0: each request is due at once */
    enum arrivals arrivals;
    gsl_rng *random; /* for Poisson arrivals, else NULL */
    double first;    /* nanoseconds from the start to the first arrival, of constant ones */
    double at;       /* nanoseconds from the start to the next arrival */
    uint64_t arrived;
};

/* The schedule of these settings, from its start. False where there is no memory for it. */
bool schedule_start(struct schedule *schedule, const struct settings *settings);
void schedule_end(struct schedule *schedule);

/* Starts anew: what comes next is counted from here. Chance goes on. */
void schedule_begin(struct schedule *schedule);

/* The next arrival, in nanoseconds from the start; never before the last one. 0 for all where
 * requests go as fast as they can. */
int64_t schedule_next(struct schedule *schedule);

/* After so many parts of load it stands still once, and its first requests are told apart (probe/apart.h). */
enum { SCHEDULE_OPENING = LEG_PARTS / 4 };

/* Whether load of these settings has such an opening: not on a virtual clock, where no memory is looked at, and not under
 * a limit, where load goes on until the case dies. */
bool schedule_opens(const struct settings *settings);

/* In which of LEG_PARTS, from 0 on, a load is that has sent so many requests of so many, and taken so long of so long:
 * whichever is further. 0: no such limit. */
int schedule_part(uint64_t sent, uint64_t requests, int64_t passed, int64_t duration);
