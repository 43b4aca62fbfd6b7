/* What the clock holds: armed timers and tickers, grouped by the line that made
 * them. A timer has no stack; the line is all that can be blamed. */
#pragma once

#include "task/inspect.h"
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

struct timer_group {
    size_t count;
    bool are_tickers;
    const void *made_at;      /* return address into whoever made them */
    int64_t due_min, due_max; /* clock_now() at which they fire next */
};

struct timers {
    size_t total;
    int64_t time; /* clock_now() of the collection */
    size_t length;
    struct timer_group *groups; /* by count, largest first, then by address */
};

/* Owned by the caller: timers_free(). NULL and errno where memory is short. */
struct timers *timers_collect(void);
void timers_free(struct timers *t);

/* A line a group, each behind the prefix: `30 timers due in 59.9 s, made at
 * FILE:LINE in FUNCTION`. Nothing for NULL. */
void timers_write(const struct timers *t, const char *prefix, FILE *out);

#ifdef __cplusplus
}
#endif
