/* Bystander: what leaked tasks do to a request that has nothing to do with them.
 *
 * bystander/KIND/alone/N    counted: the latency of one request, from when it was due until it has its answer,
 *                           beside N leaked tasks that wait for KIND. Mean of 10,000 requests that come on
 *                           schedule, 10,000 a second, whatever becomes of them.
 * bystander/KIND/ticking/N  the same where each leaked task has left a ticker of one second too, that nobody
 *                           stops and nobody listens to: each takes its turn of the loop.
 * bystander/poll, busy      leaked tasks that do not wait: each looks once a second, or yields for ever.
 *
 * N = 0, beside nobody, is measured for each KIND too: how far these lie apart is what the machine does to the figures.
 * A request has a context with a deadline, makes a task, and selects the answer of that one or the context's end.
 *
 * p50_ns, p99_ns, most_ns: quantiles of the same requests. unanswered: requests that had no answer two seconds
 * after the last was due; these count with the time that they have waited so far, and their latency is at least that.
 */
#include "bench/fresh.h"
#include "bench/topics.h"
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/io.h"
#include "task/mutex.h"
#include "task/semaphore.h"
#include "task/stats.h"
#include "task/task.h"
#include "task/time.h"
#include "task/timer.h"
#include "task/wait_group.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REQUESTS = 10000, WARM_UP = 1000 };
/* All of them take one second: so each ticker and each poll takes one turn meanwhile. */
static const int64_t interval = 100 * MICROSECOND, grace = 2 * SECOND, patience = MINUTE;

/* --- Leaks: each waits for what nobody ever does ---------------------------------------------- */

static void receive(void *unused)
{
    (void)unused;
    chan_recv(chan_make(int, 0), NULL);
}

static void send(void *unused)
{
    int value = 1;
    (void)unused;
    chan_send(chan_make(int, 0), &value);
}

static void receive_nil(void *unused)
{
    (void)unused;
    chan_recv(NULL, NULL);
}

static void choose(void *unused)
{
    (void)unused;
    chan_select(on_recv(chan_make(int, 0), NULL), on_recv(chan_make(int, 0), NULL));
}

static void choose_nothing(void *unused)
{
    (void)unused;
    chan_select_cases(NULL, 0);
}

static void lock_twice(void *unused)
{
    struct mutex m = {0};
    (void)unused;
    mutex_lock(&m);
    mutex_lock(&m);
}

static void read_then_write(void *unused)
{
    struct rw_mutex m = {0};
    (void)unused;
    rw_mutex_rlock(&m);
    rw_mutex_lock(&m);
}

static void wait_for_signal(void *unused)
{
    struct mutex m = {0};
    struct cond c = {.mutex = &m};
    (void)unused;
    mutex_lock(&m);
    cond_wait(&c);
}

static void wait_for_group(void *unused)
{
    struct wait_group group = {0};
    (void)unused;
    wait_group_add(&group, 1);
    wait_group_wait(&group);
}

static void acquire_twice(void *unused)
{
    struct semaphore slots = {.size = 1};
    (void)unused;
    semaphore_acquire(ctx_background(), &slots, 1);
    semaphore_acquire(ctx_background(), &slots, 1);
}

static void sleep_long(void *unused)
{
    (void)unused;
    task_sleep(60 * MINUTE);
}

static void read_silence(void *unused)
{
    struct io *ends[2];
    char byte;
    (void)unused;
    if (io_pipe(ends) == 0)
        io_read(ctx_background(), ends[0], &byte, 1);
}

static void look_each_second(void *unused)
{
    (void)unused;
    for (;;)
        task_sleep(SECOND);
}

static void yield_for_ever(void *unused)
{
    (void)unused;
    for (;;)
        task_yield();
}

static const int64_t numbers[] = {0, 1000, 100000, 1000000};

static const struct kind {
    const char *name;
    void (*leak)(void *unused);
    int reason;      /* it is parked for; WAIT_NONE: it runs */
    int numbers;     /* how many of numbers[] */
    bool is_waiting; /* for ever: what time does not wake */
} kinds[] = {
    {"chan_receive", receive, WAIT_CHAN_RECEIVE, 4, true},
    {"chan_send", send, WAIT_CHAN_SEND, 4, true},
    {"nil_channel", receive_nil, WAIT_CHAN_RECEIVE_NIL, 4, true},
    {"select", choose, WAIT_SELECT, 4, true},
    {"select_no_cases", choose_nothing, WAIT_SELECT_NO_CASES, 4, true},
    {"mutex", lock_twice, WAIT_MUTEX, 4, true},
    {"rw_mutex", read_then_write, WAIT_RW_MUTEX_WRITE, 4, true},
    {"cond", wait_for_signal, WAIT_COND, 4, true},
    {"wait_group", wait_for_group, WAIT_WAIT_GROUP, 4, true},
    {"semaphore", acquire_twice, WAIT_SEMAPHORE, 4, true},
    {"sleep", sleep_long, WAIT_SLEEP, 4, true},
    /* Each takes two descriptors, which a process has not without end. */
    {"io", read_silence, WAIT_IO, 2, true},
    {"poll", look_each_second, WAIT_SLEEP, 4, false},
    {"busy", yield_for_ever, WAIT_NONE, 4, false},
};

/* Fewer than n where memory runs short. */
static int64_t leak(const struct kind *kind, bool ticking, int64_t n)
{
    int64_t made = 0;
    for (; made < n && go(kind->leak, NULL); made++)
        if (ticking)
            ticker_new(SECOND);
    task_yield(); /* all of them park */
    return made;
}

/* --- The bystander ----------------------------------------------------------------------------- */

static struct {
    int64_t due[REQUESTS], latency[REQUESTS]; /* 0: no answer yet */
    int64_t sent, answered;
} requests;

static void answer(void *arg)
{
    struct chan *answers = arg;
    defer(chan_drop, answers);
    int value = 1;
    chan_send(answers, &value);
}

static void serve(void *arg)
{
    int64_t *due = arg;
    int value = 0;
    struct ctx *request = ctx_with_timeout(ctx_background(), patience);
    defer(ctx_drop, request);
    defer(ctx_cancel, request);
    struct chan *answers = chan_make(int, 1);
    defer(chan_drop, answers);
    if (!go(answer, chan_ref(answers)))
        return;
    if (chan_select(on_recv(answers, &value), on_recv(ctx_done(request), NULL)) != 0)
        return;
    requests.latency[due - requests.due] = clock_now() - *due;
    requests.answered++;
}

/* Those that are due are sent, however far behind: who waits for the one before hides what it costs. */
static void offer(int64_t count)
{
    int64_t due = clock_now();
    memset(&requests, 0, sizeof requests);
    while (requests.sent < count) {
        for (; requests.sent < count && due <= clock_now(); due += interval) {
            requests.due[requests.sent] = due;
            go(serve, &requests.due[requests.sent++]);
        }
        task_sleep(due - clock_now());
    }
    while (requests.answered < count && clock_now() < due + grace)
        task_sleep(MILLISECOND);
    for (int64_t i = 0, now = clock_now(); i < count; i++)
        if (!requests.latency[i])
            requests.latency[i] = now - requests.due[i];
}

/* --- Telling ----------------------------------------------------------------------------------- */

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void tell(struct measured *m)
{
    double sum = 0;
    qsort(requests.latency, REQUESTS, sizeof *requests.latency, by_size);
    for (int i = 0; i < REQUESTS; i++)
        sum += (double)requests.latency[i];
    m->seconds = sum / SECOND;
    int64_t p50 = requests.latency[REQUESTS / 2], p99 = requests.latency[REQUESTS / 100 * 99];
    measured_add(m, "p50_ns", (double)p50);
    measured_add(m, "p99_ns", (double)p99);
    measured_add(m, "most_ns", (double)requests.latency[REQUESTS - 1]);
    measured_add(m, "unanswered", (double)(REQUESTS - requests.answered));
}

static void measure(int64_t n, const struct kind *kind, bool ticking, struct measured *m)
{
    int64_t made = leak(kind, ticking, n);
    if (made < n)
        snprintf(m->error, sizeof m->error, "after %lld tasks: %s", (long long)made, task_error());
    if (kind->is_waiting)
        measured_expect(m, "leaked tasks parked", (int64_t)task_stats.waiting[kind->reason], n);
    measured_expect(m, "tickers", (int64_t)task_stats.timers, ticking ? n : 0);
    if (m->error[0])
        return;
    offer(WARM_UP);
    offer(REQUESTS);
    tell(m);
}

static void measure_alone(int64_t n, void *kind, struct measured *m)
{
    measure(n, kind, false, m);
}

static void measure_ticking(int64_t n, void *kind, struct measured *m)
{
    measure(n, kind, true, m);
}

static int64_t all_requests(int64_t n)
{
    (void)n;
    return REQUESTS;
}

static void add(const struct kind *kind, bool ticking)
{
    char name[64];
    snprintf(name, sizeof name, "bystander/%s%s", kind->name,
             !kind->is_waiting ? ""
             : ticking         ? "/ticking"
                               : "/alone");
    bench_fresh(&(struct fresh){.name = name,
                                .work = ticking ? measure_ticking : measure_alone,
                                .arg = (void *)kind,
                                .numbers = numbers + ticking, /* without tasks no ticker */
                                .number_count = kind->numbers - ticking,
                                .operations = all_requests});
}

void register_bystander(void)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        add(&kinds[i], false);
        if (kinds[i].is_waiting)
            add(&kinds[i], true);
    }
}
