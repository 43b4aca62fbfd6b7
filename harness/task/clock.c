/* The clock: a heap of deadlines, and two ways for time to pass.
 *
 * Invariants:
 * - heap[1] is the earliest; a parent is never later than its four children; an armed deadline
 *   knows its place.
 * - clock_now() never goes back: a change of clock keeps the time and moves its origin.
 * - Under the real clock one timerfd, polled by the loop, stands for the earliest deadline. A
 *   uv_timer_t would do, but counts whole milliseconds; this one is exact to the slack below, the
 *   one the kernel itself uses for sleeps, so that a crowd of near deadlines wakes the loop once.
 */
#include "task/clock.h"
#include "task/counted.h"
#include "task/loop.h"
#include "task/sched.h"
#include "task/step.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { HEAP_ARITY = 4, HEAP_START = 64 };
static const int64_t wake_slack = 50 * MICROSECOND;

struct entry {
    int64_t when;
    struct deadline *deadline;
};

static NOT_SCANNED struct entry *heap; /* from 1, so that place 0 can mean "not armed" */
static size_t heap_length, heap_capacity;
static uint64_t next_sequence;
static uint32_t turns; /* of what is armed now (task/step.h) */
static bool by_hand;   /* the same: no deadline fires but by a step */

static bool is_virtual;
static int64_t virtual_now;
static int64_t real_offset; /* clock_now() less the system's monotonic time */

static int64_t monotonic(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * SECOND + t.tv_nsec;
}

int64_t clock_now(void)
{
    return task_sched.now = is_virtual ? virtual_now : task_time_add(monotonic(), real_offset);
}

#if defined(__x86_64__)
enum { READING_LASTS = 10000 }; /* ticks */

static struct {
    int64_t time;
    uint64_t ticks; /* of the processor's counter, when it was taken */
    int64_t latest; /* that start_of_deadline() has returned */
} reading;

/* Now or some microseconds later, never less than the last time. Reading the clock takes half the time
 * of making a timer, so for a while after a reading the ticks since then are added to it. So that no
 * deadline comes early, one counts as a nanosecond, which it is at most, and a microsecond is added: the
 * processor may read its counter before it has done what stands before that. */
static int64_t start_of_deadline(void)
{
    if (is_virtual)
        return clock_now();
    uint64_t ticks = __builtin_ia32_rdtsc(), since = ticks - reading.ticks;
    if (since >= READING_LASTS) {
        reading.ticks = ticks;
        reading.time = clock_now();
        since = 0;
    }
    int64_t time = task_time_add(reading.time, (int64_t)since + MICROSECOND);
    return reading.latest = time > reading.latest ? time : reading.latest;
}

static void forget_reading(void)
{
    reading.ticks = 0;
}
#else
static int64_t start_of_deadline(void)
{
    return clock_now();
}

static void forget_reading(void)
{
}
#endif

void clock_set_virtual(bool virtual_clock)
{
    int64_t now = clock_now();
    forget_reading();
    is_virtual = virtual_clock;
    if (virtual_clock)
        virtual_now = now;
    else
        real_offset = now - monotonic();
}

bool clock_is_virtual(void)
{
    return is_virtual;
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
    if (is_virtual)
        return when <= virtual_now;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
    return when <= t.tv_sec * SECOND + t.tv_nsec + real_offset;
}

void task_clock_spend(int64_t nanoseconds)
{
    if (is_virtual && __builtin_add_overflow(virtual_now, nanoseconds, &virtual_now))
        virtual_now = INT64_MAX;
}

/* --- The heap ----------------------------------------------------------------------------------
 */

static inline size_t parent_of(size_t place)
{
    return (place + HEAP_ARITY - 2) / HEAP_ARITY;
}

static inline size_t first_child_of(size_t place)
{
    return place * HEAP_ARITY - (HEAP_ARITY - 2);
}

static inline bool before(const struct entry *a, const struct entry *b)
{
    if (a->when != b->when)
        return a->when < b->when;
    return a->deadline->sequence < b->deadline->sequence;
}

static inline void put(size_t place, struct entry e)
{
    heap[place] = e;
    e.deadline->place = (uint32_t)place;
}

static void rise(size_t place, struct entry e)
{
    while (place > 1 && before(&e, &heap[parent_of(place)])) {
        put(place, heap[parent_of(place)]);
        place = parent_of(place);
    }
    put(place, e);
}

static void sink(size_t place, struct entry e)
{
    for (;;) {
        size_t child = first_child_of(place), end = child + HEAP_ARITY;
        if (child > heap_length)
            break;
        if (end > heap_length + 1)
            end = heap_length + 1;
        size_t least = child;
        for (size_t other = child + 1; other < end; other++)
            if (before(&heap[other], &heap[least]))
                least = other;
        if (!before(&heap[least], &e))
            break;
        put(place, heap[least]);
        place = least;
    }
    put(place, e);
}

static void grow_heap(void)
{
    size_t capacity = heap_capacity ? 2 * heap_capacity : HEAP_START;
    struct entry *larger = realloc(heap, (capacity + 1) * sizeof *heap);
    if (!larger)
        sched_out_of_memory("deadlines", capacity * sizeof *heap);
    heap = larger;
    heap_capacity = capacity;
}

void task_clock_arm(struct deadline *d)
{
    task_clock_disarm(d);
    if (heap_length == heap_capacity)
        grow_heap();
    d->sequence = next_sequence++;
    d->turns = turns;
    heap_length++;
    rise(heap_length, (struct entry){d->when, d});
    task_stats.armed = heap_length;
}

bool task_clock_disarm(struct deadline *d)
{
    size_t place = d->place;
    if (!place)
        return false;
    d->place = 0;
    struct entry last = heap[heap_length--];
    task_stats.armed = heap_length;
    if (last.deadline == d)
        return true;
    if (place > 1 && before(&last, &heap[parent_of(place)]))
        rise(place, last);
    else
        sink(place, last);
    return true;
}

bool task_clock_has_deadlines(void)
{
    return heap_length > 0;
}

const void *task_clock_memory(void)
{
    return heap;
}

void task_clock_each(bool (*visit)(struct deadline *d, void *arg), void *arg)
{
    for (size_t i = 1; i <= heap_length; i++)
        if (!visit(heap[i].deadline, arg))
            return;
}

void task_clock_fire(void)
{
    if (!heap_length || by_hand)
        return;
    int64_t now = clock_now();
    /* What a deadline arms for now waits for the next call, lest a zero period never ends. */
    uint64_t horizon = next_sequence;
    while (heap_length && heap[1].when <= now && heap[1].deadline->sequence < horizon) {
        struct deadline *d = heap[1].deadline;
        task_clock_disarm(d);
        d->fire(d);
    }
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
    int64_t at = task_time_add(when, -real_offset);
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
    int64_t when = heap[1].when;
    if (!is_virtual)
        sleep_until(when);
    else if (when > virtual_now)
        task_sched.now = virtual_now = when;
}

/* --- Step by step -------------------------------------------------------------------------------
 */

/* Of an entry that is set aside, or of a deadline that is never met. */
static const int64_t never = INT64_MAX;

void step_by_hand(bool on)
{
    by_hand = on;
}

bool step_next(struct step *next)
{
    if (!heap_length || heap[1].when == never)
        return false;
    *next = (struct step){heap[1].when, heap[1].deadline->turns};
    return true;
}

void step_take(void)
{
    struct deadline *d = heap[1].deadline;
    struct task *caller = task_sched.current;
    if (d->when > virtual_now)
        task_sched.now = virtual_now = d->when;
    task_clock_disarm(d);
    turns = d->turns + 1;
    task_sched.current = 0; /* what fires runs outside of tasks */
    d->fire(d);
    task_sched.current = caller;
}

void step_set_aside(void)
{
    sink(1, (struct entry){never, heap[1].deadline});
}

void step_to(int64_t when)
{
    if (when > virtual_now)
        task_sched.now = virtual_now = when;
    turns = 0;
}

size_t step_begin(void)
{
    turns = 0;
    for (size_t i = heap_length; i > 0; i--) {
        heap[i].deadline->turns = 0;
        sink(i, (struct entry){heap[i].deadline->when, heap[i].deadline});
    }
    return heap_length;
}
