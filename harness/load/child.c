/* One case, from warm-up to the last count.
 *
 * - The main task goes through the phases; each request is a task of its own. What is alive
 *   besides is the sample's.
 * - Warm-up and settle run on the virtual clock, so that they take as long as their work. The
 *   baseline is counted after the warm-up has settled: caches and tables are filled then, and what
 *   a leak has left behind so far is no longer news.
 * - Nothing of the harness's is allocated between two counts.
 */
#include "load/child.h"
#include "load/parked.h"
#include "load/schedule.h"
#include "probe/heap.h"
#include "profile/symbol.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/inspect.h"
#include "task/task.h"
#include "task/time.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

static struct {
    void (*entry)(struct ctx *request);
    struct gauges *gauges;
    bool counting;        /* in load: requests count and their latencies are kept */
    uint64_t baseline_id; /* the last task of before load */
} lab;

_Static_assert(sizeof(void *) >= sizeof(int64_t), "a request's argument is its intended start");

static void go_wrong(const char *words)
{
    char *error = lab.gauges->progress.error;
    if (!error[0])
        snprintf(error, sizeof lab.gauges->progress.error, "%s", words);
}

/* --- Requests ------------------------------------------------------------------------------- */

static void returned(int64_t intended)
{
    struct progress *progress = &lab.gauges->progress;
    progress->finished++;
    if (!gauges_add_latency(lab.gauges, GAUGES_FD, clock_now() - intended))
        go_wrong("no room for more latencies: the file in memory that keeps them is full");
}

/* Patience counts from here and not from the intended start: under a burst the sample would else
 * find its client gone before it has begun, and leave behind something else. */
static void serve(void)
{
    struct ctx *request = ctx_with_timeout(ctx_background(), lab.gauges->settings.patience);
    defer(ctx_drop, request);
    defer(ctx_cancel, request);
    lab.entry(request);
}

static void serve_counted(void *intended)
{
    serve();
    returned((int64_t)(intptr_t)intended);
}

static void serve_warm_up(void *unused)
{
    (void)unused;
    serve();
}

static void send_request(int64_t intended)
{
    struct progress *progress = &lab.gauges->progress;
    if (!lab.counting) {
        if (!go(serve_warm_up, NULL))
            go_wrong(task_error());
        return;
    }
    progress->sent++;
    if (go(serve_counted, (void *)(intptr_t)intended))
        return;
    progress->refused++;
    go_wrong(task_error());
}

/* Sends requests on schedule, until there were as many or it took as long as wanted (0: no limit).
 * Behind schedule it lets the last one run first, so that they start one after the other. */
static void offer(struct schedule *schedule, uint64_t requests, int64_t duration)
{
    int64_t start = clock_now();
    for (uint64_t n = 0; !requests || n < requests; n++) {
        int64_t now = clock_now();
        int64_t due = schedule->rate > 0 ? start + schedule_next(schedule) : now;
        if (duration && due - start >= duration)
            break;
        task_sleep(due - now);
        send_request(due);
    }
}

/* --- Phases --------------------------------------------------------------------------------- */

static int64_t real_time(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * SECOND + now.tv_nsec;
}

static void enter(enum phase phase)
{
    struct progress *progress = &lab.gauges->progress;
    progress->phase_began[phase] = real_time();
    __atomic_store_n(&progress->phase, (uint32_t)phase, __ATOMIC_RELEASE);
}

/* Stands still until the parent has had its look. Blocks the whole process, and wants to. */
static void end_phase(void)
{
    char phase = (char)lab.gauges->progress.phase;
    ssize_t n;
    heap_refresh(&lab.gauges->progress.heap);
    while ((n = write(GAUGES_STREAM_FD, &phase, 1)) < 0 && errno == EINTR)
        continue;
    while (n == 1 && (n = read(GAUGES_STREAM_FD, &phase, 1)) < 0 && errno == EINTR)
        continue;
    if (n != 1)
        _exit(EXIT_FAILURE); /* nobody is interested any more */
}

static void count(enum moment moment)
{
    const struct progress *progress = &lab.gauges->progress;
    struct counts *counts = &lab.gauges->counts[moment];
    counts->tasks = task_stats.live - progress->harness_tasks;
    for (int reason = 0; reason < WAIT_REASONS; reason++)
        counts->waiting[reason] = task_stats.waiting[reason];
    counts->timers = task_stats.timers;
    counts->channels = task_stats.channels;
    counts->contexts = task_stats.contexts;
    counts->heap = heap_allocated();
}

static bool count_one(const struct task_info *task, void *arg)
{
    struct counts *counts = arg;
    if (task->id <= lab.baseline_id)
        return true;
    counts->tasks++;
    if (task->state == TASK_PARKED)
        counts->waiting[task->reason]++;
    return true;
}

/* A task of the warm-up that has ended since must not make up for one of load that has not. */
static void count_left(void)
{
    struct counts *left = &lab.gauges->counts[MOMENT_LEFT];
    const struct counts *before = &lab.gauges->counts[MOMENT_BASELINE];
    count(MOMENT_LEFT);
    left->tasks = before->tasks;
    memcpy(left->waiting, before->waiting, sizeof left->waiting);
    task_each(count_one, left);
}

/* Until everyone else is parked. Bounded: a task may yield for ever. */
static void let_all_park(void)
{
    enum { TURNS = 100000 };
    for (int turn = 0; turn < TURNS; turn++) {
        uint64_t parked = 0;
        for (int reason = 0; reason < WAIT_REASONS; reason++)
            parked += task_stats.waiting[reason];
        if (parked + lab.gauges->progress.harness_tasks >= task_stats.live)
            return;
        task_yield();
    }
}

/* How long the last ones lived. */
static void note_timers(int64_t settled)
{
    struct progress *progress = &lab.gauges->progress;
    if (lab.counting && !progress->timers_gone &&
        task_stats.timers <= lab.gauges->counts[MOMENT_BASELINE].timers)
        progress->timers_gone = settled;
}

/* Whatever is going to end by itself ends within this time. */
static void settle(int64_t *settled)
{
    int64_t start = clock_now(), horizon = lab.gauges->settings.settle;
    clock_set_virtual(true);
    while (*settled < horizon) {
        int64_t rest = horizon - *settled;
        task_sleep(rest < SECOND ? rest : SECOND);
        let_all_park();
        *settled = clock_now() - start;
        note_timers(*settled);
    }
}

static void warm_up(const struct settings *settings, struct schedule *schedule)
{
    int64_t settled = 0;
    enter(PHASE_WARM_UP);
    clock_set_virtual(true);
    offer(schedule, settings->warm_up, 0);
    settle(&settled);
    clock_set_virtual(settings->virtual_clock);
}

static void nothing(void *unused)
{
    (void)unused;
}

static void baseline(const struct settings *settings)
{
    enter(PHASE_BASELINE);
    if (settings->baseline)
        task_sleep(settings->baseline);
    lab.baseline_id = go(nothing, NULL);
    let_all_park();
    heap_purge(); /* as after settle: what is held back without need is no part of either */
    count(MOMENT_BASELINE);
    end_phase();
}

/* Every client is gone when its patience is over; a moment more is for the task to notice. */
static void drain(const struct settings *settings)
{
    const struct progress *progress = &lab.gauges->progress;
    int64_t end = clock_now() + settings->patience + 100 * MILLISECOND;
    enter(PHASE_DRAIN);
    while (progress->finished + progress->refused < progress->sent && clock_now() < end)
        task_sleep(MILLISECOND);
    let_all_park();
    count(MOMENT_HELD);
    end_phase();
}

static void run_phases(void *arg)
{
    struct schedule *schedules = arg;
    const struct settings *settings = &lab.gauges->settings;
    warm_up(settings, &schedules[0]);
    baseline(settings);
    enter(PHASE_LOAD);
    lab.counting = true;
    offer(&schedules[1], settings->requests, settings->duration);
    drain(settings);
    enter(PHASE_SETTLE);
    int64_t start = clock_now();
    settle(&lab.gauges->progress.settled);
    count_left();
    heap_purge();
    end_phase();
    /* Who has parked in the second half of settle was woken late, and parked again. Reading the
     * symbols for it takes memory, and is not looked at any more. */
    parked_collect(&lab.gauges->parked, lab.baseline_id, start + settings->settle / 2);
    enter(PHASE_DONE);
}

/* --- The process ---------------------------------------------------------------------------- */

static _Noreturn void fail(const char *what)
{
    fprintf(stderr, "leaklab: %s: %s\n", what, strerror(errno));
    exit(2);
}

static void prepare(const struct settings *settings)
{
    static struct schedule schedules[2];
    if (task_set_stack_size(settings->stack_bytes) != 0) {
        fprintf(stderr, "leaklab: %s\n", task_error());
        exit(2);
    }
    task_seed(settings->seed);
    symbol_install();
    if (settings->virtual_clock)
        clock_set_virtual(true);
    if (!schedule_start(&schedules[0], settings) || !schedule_start(&schedules[1], settings))
        fail("no memory for the schedule of arrivals");
    heap_publish(&lab.gauges->progress.heap);
    lab.gauges->progress.harness_tasks = 1;
    if (task_run(run_phases, schedules) != 0) {
        fprintf(stderr, "leaklab: %s\n", task_error());
        exit(1);
    }
    schedule_end(&schedules[0]);
    schedule_end(&schedules[1]);
}

static bool nothing_is_left(void)
{
    const struct counts *before = &lab.gauges->counts[MOMENT_BASELINE],
                        *left = &lab.gauges->counts[MOMENT_LEFT];
    return left->tasks == 0 && left->timers == 0 && left->channels == before->channels &&
           left->contexts == before->contexts;
}

/* What the loader has written to by now is charged to the parent's group: so begin once more. */
static void begin_in_group(struct gauges *gauges, const struct pair *pair, enum variant variant)
{
    char *words[] = {"leaklab", "case", (char *)pair->id, (char *)variant_name(variant), NULL};
    if (write(GAUGES_GROUP_FD, "0", 1) != 1)
        fail("can not join the memory cgroup");
    gauges->settings.joins_group = 0;
    execv("/proc/self/exe", words);
    fail("can not begin within the memory cgroup");
}

void child_run(const struct pair *pair, enum variant variant)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* no case outlives the meter */
    prctl(PR_SET_NAME, pair->id);     /* in ps and top */
    struct gauges *gauges = gauges_open(GAUGES_FD);
    if (!gauges) {
        fprintf(stderr, "leaklab case: `leaklab run` and `leaklab check` start it, not you\n");
        exit(2);
    }
    if (gauges->settings.joins_group)
        begin_in_group(gauges, pair, variant);
    if (task_stats_share(GAUGES_FD) != 0)
        fail("can not share the runtime's counters");
    lab.entry = pair->entry[variant];
    lab.gauges = gauges;
    prepare(&gauges->settings);
    fflush(NULL);
    /* Where all counters say that nothing is left, a leak checker that looks at exit may have its
     * say; else it would only repeat them. */
    if (!nothing_is_left())
        _exit(0);
    exit(0);
}
