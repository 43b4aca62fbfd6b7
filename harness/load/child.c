/* One case, from warm-up to the last count, watched standing still by the one that started it. */
#include "load/child.h"
#include "load/leg.h"
#include "load/phases.h"
#include "load/plain_case.h"
#include "load/recovering.h"
#include "load/schedule.h"
#include "probe/heap.h"
#include "profile/install.h"
#include "task/task.h"
#include "task/time.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

/* Descriptors. */
static struct {
    int gauges, stream;
} at = {GAUGES_FD, GAUGES_STREAM_FD};

/* The parent takes them when it looks, and when it is told that half of the ring is full. */
static void ask_to_take(void)
{
    char byte = GAUGES_TAKE;
    ssize_t n;
    while ((n = write(at.stream, &byte, 1)) < 0 && errno == EINTR)
        continue;
    if (n != 1)
        _exit(EXIT_FAILURE); /* nobody is interested any more */
}

/* Where it does not keep up, load stands still rather than lose one. */
static void keep_latency(struct latency latency)
{
    enum { PAUSE_US = 100 };
    struct latencies *latencies = &phases.gauges->latencies;
    while (!latencies_put(latencies, latency)) {
        ask_to_take();
        usleep(PAUSE_US);
    }
    if (latencies->written % (LATENCY_RING / 2) == 0)
        ask_to_take();
}

/* --- Phases --------------------------------------------------------------------------------- */

/* Stands still until the parent has had its look. Blocks the whole process, and wants to. */
static void end_phase(void)
{
    char phase = (char)phases.gauges->progress.phase;
    ssize_t n;
    heap_refresh(&phases.gauges->progress.heap);
    while ((n = write(at.stream, &phase, 1)) < 0 && errno == EINTR)
        continue;
    while (n == 1 && (n = read(at.stream, &phase, 1)) < 0 && errno == EINTR)
        continue;
    if (n != 1)
        _exit(EXIT_FAILURE); /* nobody is interested any more */
}

/* Under the virtual clock also past tasks that never park. */
static void pass_until(int64_t due, int64_t now)
{
    if (clock_is_virtual())
        quiescence_pass_until(due);
    else
        task_sleep(due - now);
}

static void wait_until(int64_t due, int64_t now)
{
    for (; recovering_due() <= due; now = clock_now()) {
        if (recovering_due() > now)
            pass_until(recovering_due(), now);
        recovering_look();
    }
    pass_until(due, now);
}

/* After the opening: all who return have returned, as at the end of load. The schedule goes on where it stood. */
static int64_t stand_still(void)
{
    int64_t from = clock_now();
    phases_let_return();
    end_phase();
    phases.gauges->progress.paused = clock_now() - from;
    return phases.gauges->progress.paused;
}

/* Sends requests on schedule, until there were as many or it took as long as wanted (0: no limit).
 * Behind schedule it lets the last one run first, so that they start one after the other. opens: it stands still once. */
static void offer(struct schedule *schedule, uint64_t requests, int64_t duration, bool opens)
{
    int64_t start = clock_now();
    int part = 0;
    schedule_begin(schedule);
    for (uint64_t n = 0; !requests || n < requests; n++) {
        int64_t now = clock_now();
        if (opens && schedule_part(n, requests, now - start, duration) >= SCHEDULE_OPENING) {
            start += stand_still();
            now = clock_now();
            opens = false;
        }
        int64_t due = schedule->rate > 0 ? start + schedule_next(schedule) : now;
        if (duration && due - start >= duration)
            break;
        wait_until(due, now);
        while (part < schedule_part(n, requests, due - start, duration))
            leg_part(++part);
        phases_send_request(due);
    }
}

static void offer_warm_up(uint64_t requests, void *schedule)
{
    if (requests)
        offer(schedule, requests, 0, false);
}

static void run_phases(void *arg)
{
    struct schedule *schedules = arg;
    const struct settings *settings = &phases.gauges->settings;
    phases_warm_up(offer_warm_up, &schedules[0]);
    phases_baseline();
    heap_purge(); /* as after settle: what is held back without need is no part of either */
    end_phase();
    phases_begin_load();
    offer(&schedules[1], settings->requests, settings->duration, schedule_opens(settings));
    phases_drain();
    end_phase();
    phases_settle();
    heap_purge();
    end_phase();
    phases_end();
}

/* --- The process ---------------------------------------------------------------------------- */

static _Noreturn void fail(const char *what)
{
    fprintf(stderr, "leaklab: %s: %s\n", what, strerror(errno));
    exit(2);
}

/* Leaks of connections leave descriptors: as many as the system allows. So does Go at its start. */
static void take_descriptors(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

static void run_tasks(const struct settings *settings, struct schedule schedules[2])
{
    if (task_set_stack_size(settings->stack_bytes) != 0) {
        fprintf(stderr, "leaklab: %s\n", task_error());
        exit(2);
    }
    task_seed(settings->seed);
    dump_install(); /* before the baseline: what it takes is no part of the sample's */
    if (settings->virtual_clock)
        clock_set_virtual(true);
    heap_publish(&phases.gauges->progress.heap);
    phases.gauges->progress.harness_tasks = 1;
    if (task_run(run_phases, schedules) != 0) {
        fprintf(stderr, "leaklab: %s\n", task_error());
        exit(1);
    }
}

static void run_case(const struct pair *pair, enum variant variant, const struct settings *settings)
{
    static struct schedule schedules[2];
    static const struct plain_owner owner = {.end_phase = end_phase, .keep_latency = keep_latency};
    take_descriptors();
    if (!schedule_start(&schedules[0], settings) || !schedule_start(&schedules[1], settings))
        fail("no memory for the schedule of arrivals");
    schedules[0].first = 0; /* the warm-up is on the virtual clock */
    if (pair_is_plain(pair))
        plain_case_run(phases.gauges, pair, variant, schedules, &owner);
    else
        run_tasks(settings, schedules);
    schedule_end(&schedules[0]);
    schedule_end(&schedules[1]);
}

static bool nothing_is_left(void)
{
    const struct leg *leg = &phases.gauges->legs[LEG_LOAD];
    const struct counts *before = &leg->counts[MOMENT_BASELINE], *left = &leg->counts[MOMENT_LEFT];
    for (enum kind kind = KIND_HANDLES; kind < KIND_HEAP; kind++)
        if (counts_of_kind(left, kind) != counts_of_kind(before, kind))
            return false;
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
    struct gauges *gauges = gauges_open(at.gauges);
    if (!gauges) {
        fprintf(stderr, "leaklab case: `leaklab run` and `leaklab check` start it, not you\n");
        exit(2);
    }
    if (gauges->settings.joins_group)
        begin_in_group(gauges, pair, variant);
    if (task_stats_share(at.gauges) != 0)
        fail("can not share the runtime's counters");
    phases.gauges = gauges;
    phases.entry = pair->entry[variant];
    phases.keep_latency = keep_latency;
    run_case(pair, variant, &gauges->settings);
    fflush(NULL);
    /* Where all counters say that nothing is left, a leak checker that looks at exit may have its
     * say; else it would only repeat them. */
    if (!nothing_is_left())
        _exit(0);
    exit(0);
}

void child_run_at(const struct pair *pair, enum variant variant, int gauges, int stream)
{
    at.gauges = gauges;
    at.stream = stream;
    child_run(pair, variant);
}
