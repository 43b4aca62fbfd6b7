/* Deadlines: what is due when. Private to task/. */
#pragma once

#include "task/time.h"
#include <stdbool.h>
#include <stddef.h>

/* Embedded in what waits for a time. Zero-initialized it is not armed. */
struct deadline {
    int64_t when;
    uint64_t sequence; /* equal times fire in the order they were armed */
    uint32_t place;    /* in the heap, from 1; 0 while not armed */
    uint32_t turns;    /* task/step.h */
    void (*fire)(struct deadline *d);
};

/* a + b, or the first or last time there is: no sum of times overflows. */
static inline int64_t task_time_add(int64_t a, int64_t b)
{
    int64_t sum;
    if (__builtin_add_overflow(a, b, &sum))
        return b < 0 ? INT64_MIN : INT64_MAX;
    return sum;
}

/* Arms d for d->when, after which d->fire(d) runs once, disarmed, on the scheduler's stack. */
void task_clock_arm(struct deadline *d);

/* True where d was armed. */
bool task_clock_disarm(struct deadline *d);

/* now + nanoseconds, at least now and without overflow. Under the real clock it may be some microseconds
 * more, never less, and of two such times from now the later call's is not the earlier. */
int64_t task_clock_after(int64_t nanoseconds);

/* Calls visit for every armed deadline, in no order, until it returns false. */
void task_clock_each(bool (*visit)(struct deadline *d, void *arg), void *arg);

/* Whether clock_now() has come to when, as far as the kernel's last tick tells: cheap to ask, never too
 * early, under the real clock some milliseconds late. */
bool task_clock_has_passed(int64_t when);

/* Under the virtual clock: time that the running task takes by working. What becomes due meanwhile fires
 * when the loop has its turn. */
void task_clock_spend(int64_t nanoseconds);

/* The block that has them; NULL: none yet. Not cleared beyond those that are armed. */
const void *task_clock_memory(void);

/* Fires all that is due. */
void task_clock_fire(void);

/* Whether any deadline is armed. */
bool task_clock_has_deadlines(void);

/* Lets time pass until the next deadline (or, under the real clock, an event of the loop): at once
 * under the virtual clock, else asleep in the loop. */
void task_clock_wait(void);
