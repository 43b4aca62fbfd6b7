#include "serve/live_child.h"
#include "probe/heap.h"
#include "profile/dump.h"
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/task.h"
#include "task/time.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

static struct {
    const struct pair *pair;
    enum variant variant;
    struct gauges *gauges;
    live_collect *collect;
    uv_pipe_t stream;
    bool counting, stopped;
    uint64_t baseline_id; /* the last task of before load */
} child;

_Static_assert(sizeof(void *) >= sizeof(int64_t), "a request's argument is its intended start");

/* --- Requests --------------------------------------------------------------------------------- */

static void serve(void *intended)
{
    struct progress *progress = &child.gauges->progress;
    struct ctx *request = ctx_with_timeout(ctx_background(), child.gauges->settings.patience);
    defer(ctx_drop, request);
    defer(ctx_cancel, request);
    child.pair->entry[child.variant](request);
    if (!child.counting)
        return;
    child.gauges->tail[progress->finished % LATENCY_TAIL] =
        clock_now() - (int64_t)(intptr_t)intended;
    progress->finished++;
}

static void send_request(int64_t intended)
{
    struct progress *progress = &child.gauges->progress;
    if (child.counting)
        progress->sent++;
    if (go(serve, (void *)(intptr_t)intended))
        return;
    if (child.counting)
        progress->refused++;
    if (!progress->error[0])
        snprintf(progress->error, sizeof progress->error, "%s", task_error());
}

static double steered_rate(void)
{
    double rate;
    __atomic_load(&child.gauges->settings.rate, &rate, __ATOMIC_RELAXED);
    return rate;
}

/* On schedule, whatever the service does. A change of the rate holds from now on; what was missed
 * while paused is not made up for. */
static void offer_until_stopped(void)
{
    const int64_t look = 20 * MILLISECOND;
    double rate = 0;
    int64_t due = 0;
    while (!child.stopped) {
        double wanted = steered_rate();
        int64_t now = clock_now();
        if (wanted != rate)
            due = now;
        rate = wanted;
        if (rate <= 0 || due - now > look) {
            task_sleep(look);
            continue;
        }
        task_sleep(due - now);
        send_request(due);
        due += (int64_t)(1e9 / rate);
    }
}

/* --- Phases ----------------------------------------------------------------------------------- */

static void enter(enum phase phase)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    child.gauges->progress.phase_began[phase] = now.tv_sec * SECOND + now.tv_nsec;
    __atomic_store_n(&child.gauges->progress.phase, (uint32_t)phase, __ATOMIC_RELEASE);
}

static void count(enum moment moment)
{
    struct counts *counts = &child.gauges->counts[moment];
    counts->tasks = task_stats.live - child.gauges->progress.harness_tasks;
    for (int reason = 0; reason < WAIT_REASONS; reason++)
        counts->waiting[reason] = task_stats.waiting[reason];
    counts->timers = task_stats.timers;
    counts->channels = task_stats.channels;
    counts->contexts = task_stats.contexts;
    counts->heap = heap_allocated();
}

/* Bounded: a task may yield for ever. */
static void let_all_park(void)
{
    enum { TURNS = 100000 };
    for (int turn = 0; turn < TURNS; turn++) {
        uint64_t parked = 0;
        for (int reason = 0; reason < WAIT_REASONS; reason++)
            parked += task_stats.waiting[reason];
        if (parked + child.gauges->progress.harness_tasks >= task_stats.live)
            return;
        task_yield();
    }
}

/* Whatever is going to end by itself ends within this time, which passes as fast as its work. */
static void settle(int64_t *settled)
{
    int64_t start = clock_now(), horizon = child.gauges->settings.settle;
    clock_set_virtual(true);
    while (*settled < horizon) {
        int64_t rest = horizon - *settled;
        task_sleep(rest < SECOND ? rest : SECOND);
        let_all_park();
        *settled = clock_now() - start;
    }
    clock_set_virtual(false);
}

static void nothing(void *unused)
{
    (void)unused;
}

/* Fills caches and tables, those of the symbols too: what comes after is the sample's own. */
static void warm_up(void)
{
    int64_t settled = 0;
    enter(PHASE_WARM_UP);
    clock_set_virtual(true);
    for (uint64_t i = 0; i < child.gauges->settings.warm_up; i++) {
        send_request(clock_now());
        let_all_park();
    }
    settle(&settled);
    free(dump_text(&(struct dump){.format = DUMP_JSON}));
}

static void baseline(void)
{
    enter(PHASE_BASELINE);
    task_sleep(child.gauges->settings.baseline);
    child.baseline_id = go(nothing, NULL);
    let_all_park();
    count(MOMENT_BASELINE);
}

static void drain(void)
{
    const struct progress *progress = &child.gauges->progress;
    int64_t end = clock_now() + child.gauges->settings.patience + 100 * MILLISECOND;
    enter(PHASE_DRAIN);
    while (progress->finished + progress->refused < progress->sent && clock_now() < end)
        task_sleep(MILLISECOND);
    let_all_park();
    count(MOMENT_HELD);
}

static void end(void)
{
    enter(PHASE_SETTLE);
    int64_t start = clock_now();
    settle(&child.gauges->progress.settled);
    count(MOMENT_LEFT);
    /* Who has parked in the second half of settle was woken late, and parked again. */
    child.collect(&child.gauges->parked, child.baseline_id,
                  start + child.gauges->settings.settle / 2);
    enter(PHASE_DONE);
}

/* --- The stream ------------------------------------------------------------------------------- */

struct answer {
    uv_write_t write;
    struct live_answer head;
    char *text; /* malloc'ed */
};

static void on_written(uv_write_t *write, int status)
{
    struct answer *answer = (struct answer *)write;
    (void)status; /* a parent that does not listen has gone: the end of the stream tells */
    free(answer->text);
    free(answer);
}

/* Takes over text. */
static void send_answer(enum live_order order, char *text, size_t length)
{
    struct answer *answer = malloc(sizeof *answer);
    if (!answer) {
        free(text);
        return;
    }
    answer->head = (struct live_answer){.order = order, .length = length};
    answer->text = text;
    uv_buf_t parts[] = {uv_buf_init((char *)&answer->head, sizeof answer->head),
                        uv_buf_init(text, (unsigned)length)};
    if (uv_write(&answer->write, (uv_stream_t *)&child.stream, parts, 2, on_written) != 0)
        on_written(&answer->write, -1);
}

static int write_profile(enum live_order order, FILE *out)
{
    struct dump_subject subject = {child.pair->id, variant_name(child.variant),
                                   child.gauges->progress.sent};
    struct dump dump = {.format = DUMP_PPROF, .subject = &subject};
    if (order == LIVE_PROFILE_JSON)
        dump.format = DUMP_JSON;
    else if (order == LIVE_PROFILE_GROUPED)
        dump.format = DUMP_GO_TEXT;
    else if (order == LIVE_PROFILE_FULL)
        dump.format = DUMP_FULL;
    return dump_write(&dump, out);
}

/* An empty answer is for no memory. */
static void answer_profile(enum live_order order)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    bool written = out && write_profile(order, out) == 0;
    if (out && (fclose(out) != 0 || !written))
        length = 0;
    send_answer(order, text, length);
}

static void on_order(uv_stream_t *stream, ssize_t length, const uv_buf_t *buffer)
{
    (void)stream;
    if (length < 0)
        _exit(EXIT_FAILURE); /* nobody is interested any more */
    for (ssize_t i = 0; i < length; i++) {
        if (buffer->base[i] == LIVE_STOP)
            child.stopped = true;
        else
            answer_profile((enum live_order)buffer->base[i]);
    }
}

static void give_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    static char room[64];
    (void)handle, (void)suggested;
    *buffer = uv_buf_init(room, sizeof room);
}

/* --- The process ------------------------------------------------------------------------------ */

static void run_phases(void *unused)
{
    (void)unused;
    warm_up();
    baseline();
    enter(PHASE_LOAD);
    child.counting = true;
    offer_until_stopped();
    drain();
    end();
    send_answer(LIVE_STOP, NULL, 0);
    chan_recv(NULL, NULL); /* and answers on, until the parent has gone */
}

static _Noreturn void fail(const char *what, const char *why)
{
    fprintf(stderr, "leaklab: %s: %s\n", what, why);
    exit(2);
}

static void open_stream(void)
{
    int failed = uv_pipe_init(task_loop(), &child.stream, 0);
    if (!failed)
        failed = uv_pipe_open(&child.stream, GAUGES_STREAM_FD);
    if (!failed)
        failed = uv_read_start((uv_stream_t *)&child.stream, give_room, on_order);
    if (failed)
        fail("no stream to the parent", uv_strerror(failed));
}

void live_child_run(const struct pair *pair, enum variant variant, live_collect *collect)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    struct gauges *gauges = gauges_open(GAUGES_FD);
    if (!gauges) {
        fprintf(stderr, "leaklab live: the page of `leaklab serve` starts it, not you\n");
        exit(2);
    }
    child.pair = pair;
    child.variant = variant;
    child.gauges = gauges;
    child.collect = collect;
    if (task_stats_share(GAUGES_FD) != 0)
        fail("can not share the runtime's counters", strerror(errno));
    open_stream();
    dump_install();
    task_seed(gauges->settings.seed);
    heap_publish(&gauges->progress.heap);
    gauges->progress.harness_tasks = 1;
    if (task_run(run_phases, NULL) != 0)
        fail("can not start", task_error());
    exit(0);
}
