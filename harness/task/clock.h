/* Deadlines: what is due when. Private to task/. */
#pragma once

#include "task/deadline.h"
#include "task/stats.h"
#include "task/time.h"

extern bool task_clock_is_virtual;
extern int64_t
    task_clock_offset; /* under the real clock: clock_now() less the system's monotonic time */

/* a + b, or the first or last time there is: no sum of times overflows. */
static inline int64_t task_time_add(int64_t a, int64_t b)
{
    int64_t sum;
    if (__builtin_add_overflow(a, b, &sum))
        return b < 0 ? INT64_MIN : INT64_MAX;
    return sum;
}

static inline void task_clock_arm(struct deadline *d)
{
    task_deadline_arm(d);
}

static inline bool task_clock_disarm(struct deadline *d)
{
    return task_deadline_disarm(d);
}

/* now + nanoseconds, at least now and without overflow. Under the real clock it may be some microseconds
 * more, never less, and of two such times from now the later call's is not the earlier. */
int64_t task_clock_after(int64_t nanoseconds);

/* Whether clock_now() has come to when, as far as the kernel's last tick tells: cheap to ask, never too
 * early, under the real clock some milliseconds late. */
bool task_clock_has_passed(int64_t when);

/* Under the virtual clock: time that the running task takes by working. What becomes due meanwhile fires
 * when the loop has its turn. */
void task_clock_spend(int64_t nanoseconds);

/* Fires what is due. True where there may be more: time must not pass before the next call. */
bool task_clock_fire(void);

/* Whether any deadline is armed. */
static inline bool task_clock_has_deadlines(void)
{
    return task_stats.armed;
}

/* Lets time pass until the next deadline (or, under the real clock, an event of the loop): at once
 * under the virtual clock, else asleep in the loop. */
void task_clock_wait(void);
