/* Timers and tickers. Each sends the time (int64_t nanoseconds) into a channel of its own.
 *
 * An armed timer is held by the clock: dropping the last reference to it does not stop it. It
 * stays, with its channel, until it fires; a ticker that nobody stops stays for ever.
 * As in Go since 1.23, no stale value is received after a stop or a reset.
 */
#pragma once

#include "task/task.h"
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct chan;
struct timer;
struct ticker;

/* The channel of a new timer that fires once. The reference is the caller's; the timer itself
 * is out of reach, and can not be stopped. */
struct chan *timer_after(int64_t nanoseconds);

/* A timer that sends once, with one reference, the caller's. */
struct timer *timer_new(int64_t nanoseconds);

/* A timer that calls fn(arg) on the scheduler's stack instead: fn must not park. */
struct timer *timer_func(int64_t nanoseconds, void (*fn)(void *arg), void *arg);

/* A timer that calls fn(arg) in a task of its own, which may park. A stop keeps it from being called
 * only before that task is made. Without memory for its stack the program stops. */
#define timer_go(nanoseconds, fn, ...) timer_go_at((nanoseconds), (fn), __VA_ARGS__, TASK_SITE_(fn))
struct timer *timer_go_at(int64_t nanoseconds, void (*fn)(void *arg), void *arg,
                          const struct task_site *site);

/* Its channel, borrowed; NULL for timer_func() and timer_go(). */
struct chan *timer_chan(struct timer *t);

/* Disarms. True where that kept its value from being received: it was armed, or had fired and its
 * value was not yet taken. False where it was taken, or the timer stopped before. */
bool timer_stop(struct timer *t);

/* Arms anew, from now. Returns what timer_stop() would have. */
bool timer_reset(struct timer *t, int64_t nanoseconds);

void timer_drop(struct timer *t);

/* Sends every period, and skips ticks that nobody took. A period of zero or less: panic. */
struct ticker *ticker_new(int64_t period);
struct chan *ticker_chan(struct ticker *t);
void ticker_stop(struct ticker *t);
void ticker_reset(struct ticker *t, int64_t period);
void ticker_drop(struct ticker *t);

#ifdef __cplusplus
}
#endif
