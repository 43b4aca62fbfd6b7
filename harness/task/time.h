/* Time as tasks see it: nanoseconds in an int64_t, on a monotonic clock. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MICROSECOND INT64_C(1000)
#define MILLISECOND (1000 * MICROSECOND)
#define SECOND      (1000 * MILLISECOND)
#define MINUTE      (60 * SECOND)
#define HOUR        (60 * MINUTE)

/* Nanoseconds since an arbitrary start; never goes back, also over a change of clock. */
int64_t clock_now(void);

/* Chooses the clock. The virtual one stands still while any task can run, and then moves at once
 * to the next deadline: a day passes in the time its work takes, and every count is repeatable.
 * May be called at any time; the time goes on from where it is. */
void clock_set_virtual(bool is_virtual);
bool clock_is_virtual(void);

#ifdef __cplusplus
}
#endif
