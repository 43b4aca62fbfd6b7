/* The clock: two ways for time to pass.
 *
 * Invariants:
 * - clock_now() never goes back: a change of clock keeps the time and moves its origin.
 * - Under the real clock one timerfd, polled by the loop, stands for the earliest deadline. A
 *   uv_timer_t would do, but counts whole milliseconds; this one is exact to the slack below, the
 *   one the kernel itself uses for sleeps, so that a crowd of near deadlines wakes the loop once.
 */
#include "task/clock.h"
#include "task/counter.h"
#include "task/loop.h"
#include "task/sched.h"
#include "task/step.h"
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

static const int64_t wake_slack = 50 * MICROSECOND;

static bool by_hand; /* no deadline fires but by a step (task/step.h) */

bool task_clock_is_virtual;
int64_t task_clock_offset;
static int64_t virtual_now;

static int64_t monotonic(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * SECOND + t.tv_nsec;
}

int64_t clock_now(void)
{
    return task_sched.now =
               task_clock_is_virtual ? virtual_now : task_time_add(monotonic(), task_clock_offset);
}

/* --- Time without the clock -------------------------------------------------------------------- */

/* Reading the clock takes half the time of making a timer. So for a while after a reading, time goes on by
 * the processor's counter, whose rate two readings far enough apart tell. */
enum { RATE_SHIFT = 32, LEARNS_FROM_NS = 20000000, LASTS_NS = 5000, LASTS_TICKS = 65536 };

static struct {
    int64_t time;
    uint64_t ticks;
} reading, learned_at;
static uint64_t rate;  /* nanoseconds a tick, times 2^RATE_SHIFT; 0: not known yet */
static int64_t latest; /* that start_of_deadline() has returned */

static void forget_readings(void)
{
    reading.ticks = learned_at.ticks = rate = 0;
}

/* Only from readings that nothing came between: neither another process nor the hypervisor. */
static void learn_rate(uint64_t took)
{
    enum { MOST_TICKS = 10000 };
    int64_t elapsed = reading.time - learned_at.time;
    uint64_t ticks = reading.ticks - learned_at.ticks;
    if (took > MOST_TICKS || (learned_at.ticks && elapsed < LEARNS_FROM_NS))
        return;
    /* Rounded up: rather late by a nanosecond than early. */
    if (learned_at.ticks && ticks)
        rate = (uint64_t)(((unsigned __int128)elapsed << RATE_SHIFT) / ticks) + 1;
    learned_at = reading;
}

static int64_t read_clock(uint64_t ticks)
{
    static int steady = -1;
    if (steady < 0)
        steady = counter_is_steady();
    reading.ticks = ticks;
    reading.time = clock_now();
    if (steady)
        learn_rate(counter_ticks() - ticks);
    return reading.time;
}

/* Now or a few microseconds later, never less than the last time. The one that is added is for that the
 * processor may read its counter before it has done what stands before that. */
static int64_t start_of_deadline(void)
{
    if (task_clock_is_virtual)
        return clock_now();
    uint64_t ticks = counter_ticks(), since = ticks - reading.ticks;
    uint64_t elapsed = since < LASTS_TICKS && rate ? since * rate >> RATE_SHIFT : LASTS_NS;
    int64_t time = elapsed < LASTS_NS ? reading.time + (int64_t)elapsed : read_clock(ticks);
    time = task_time_add(time, MICROSECOND);
    return latest = time > latest ? time : latest;
}

void clock_set_virtual(bool virtual_clock)
{
    int64_t now = clock_now();
    forget_readings();
    task_clock_is_virtual = virtual_clock;
    if (virtual_clock)
        virtual_now = now;
    else
        task_clock_offset = now - monotonic();
}

bool clock_is_virtual(void)
{
    return task_clock_is_virtual;
}

int64_t task_clock_after(int64_t nanoseconds)
{
    if (nanoseconds <= 0)
        return clock_now();
    return task_time_add(start_of_deadline(), nanoseconds);
}

bool task_clock_has_passed(int64_t when)
{
    struct timespec t;
    if (task_clock_is_virtual)
        return when <= virtual_now;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
    return when <= task_time_add(t.tv_sec * SECOND + t.tv_nsec, task_clock_offset);
}

void task_clock_spend(int64_t nanoseconds)
{
    if (task_clock_is_virtual)
        virtual_now = task_time_add(virtual_now, nanoseconds);
}

bool task_clock_fire(void)
{
    return task_clock_has_deadlines() && !by_hand && task_deadline_fire(clock_now());
}

/* --- Letting time pass --------------------------------------------------------------------------
 */

static uv_poll_t alarm_handle;
static int alarm_fd = -1;

static void alarm_rings(uv_poll_t *handle, int status, int events)
{
    (void)handle, (void)status, (void)events;
    uint64_t expirations;
    if (read(alarm_fd, &expirations, sizeof expirations) < 0)
        return; /* rearmed meanwhile: nothing to take */
}

static void open_alarm(void)
{
    alarm_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (alarm_fd < 0 || uv_poll_init(task_loop(), &alarm_handle, alarm_fd) ||
        uv_poll_start(&alarm_handle, UV_READABLE, alarm_rings)) {
        perror("leaklab: can not make a timer descriptor (see `ulimit -n`)");
        exit(1);
    }
    uv_unref((uv_handle_t *)&alarm_handle);
}

static void sleep_until(int64_t when)
{
    if (alarm_fd < 0)
        open_alarm();
    int64_t at = task_time_add(when, -task_clock_offset);
    at = at > INT64_MAX - wake_slack ? at : (at / wake_slack + 1) * wake_slack;
    if (at < 1)
        at = 1; /* zero would disarm */
    struct itimerspec spec = {.it_value = {.tv_sec = at / SECOND, .tv_nsec = at % SECOND}};
    timerfd_settime(alarm_fd, TFD_TIMER_ABSTIME, &spec, 0);
    uv_ref((uv_handle_t *)&alarm_handle);
    uv_run(task_loop(), UV_RUN_ONCE);
    uv_unref((uv_handle_t *)&alarm_handle);
}

void task_clock_wait(void)
{
    if (!task_clock_is_virtual) {
        sleep_until(task_deadline_next());
        return;
    }
    const struct deadline *next = task_deadline_first();
    if (next && next->when > virtual_now)
        task_sched.now = virtual_now = next->when;
}

/* --- Step by step -------------------------------------------------------------------------------
 */

void step_by_hand(bool on)
{
    by_hand = on;
}

bool step_loop_waits(void)
{
    static unsigned idle = UINT_MAX; /* least handles and requests that there ever were */
    const uv_loop_t *loop = task_loop();
    unsigned now = loop->active_handles + loop->active_reqs.count;
    idle = now < idle ? now : idle;
    return now > idle;
}

bool step_next(struct step *next)
{
    const struct deadline *d = task_deadline_first();
    if (!d || d->when == INT64_MAX) /* never met */
        return false;
    *next = (struct step){d->when, d->turns};
    return true;
}

void step_take(void)
{
    struct deadline *d = task_deadline_first();
    struct task *caller = task_sched.current;
    if (d->when > virtual_now)
        task_sched.now = virtual_now = d->when;
    task_clock_disarm(d);
    task_deadline_turns = d->turns + 1;
    task_sched.current = 0; /* what fires runs outside of tasks */
    d->fire(d);
    task_sched.current = caller;
}

void step_set_aside(void)
{
    task_deadline_set_aside(task_deadline_first());
}

void step_to(int64_t when)
{
    if (when > virtual_now)
        task_sched.now = virtual_now = when;
    task_deadline_turns = 0;
}

size_t step_begin(void)
{
    return task_deadline_begin();
}
