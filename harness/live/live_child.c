#include "live/live_child.h"
#include "load/phases.h"
#include "load/recovering.h"
#include "probe/heap.h"
#include "profile/dump.h"
#include "profile/install.h"
#include "profile/quiescence.h"
#include "task/chan.h"
#include "task/loop.h"
#include "task/task.h"
#include "task/time.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static struct {
    const struct pair *pair;
    enum variant variant;
    uv_pipe_t stream;
    bool stopped;
} child;

/* --- Load ------------------------------------------------------------------------------------- */

void live_child_keep_latency(struct latency latency)
{
    phases.gauges->tail[phases.gauges->progress.finished % LATENCY_TAIL] =
        latency_of(&latency, LATENCY_RESPONSE);
}

static void offer_warm_up(uint64_t requests, void *unused)
{
    (void)unused;
    for (uint64_t i = 0; i < requests; i++) {
        phases_send_request(clock_now());
        quiescence_let_park();
    }
}

double live_child_rate(void)
{
    double rate;
    __atomic_load(&phases.gauges->settings.rate, &rate, __ATOMIC_RELAXED);
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
        double wanted = live_child_rate();
        int64_t now = clock_now();
        if (wanted != rate)
            due = now;
        rate = wanted;
        if (recovering_due() <= now)
            recovering_look();
        if (rate <= 0 || due - now > look) {
            task_sleep(look);
            continue;
        }
        task_sleep(due - now);
        phases_send_request(due);
        due += (int64_t)(1e9 / rate);
    }
}

/* --- The stream ------------------------------------------------------------------------------- */

struct sent_answer {
    uv_write_t write;
    struct live_answer head;
    char *text; /* malloc'ed */
};

static void on_written(uv_write_t *write, int status)
{
    struct sent_answer *answer = (struct sent_answer *)write;
    (void)status; /* a parent that does not listen has gone: the end of the stream tells */
    free(answer->text);
    free(answer);
}

/* Takes over text. */
static void send_answer(enum live_order order, char *text, size_t length)
{
    struct sent_answer *answer = malloc(sizeof *answer);
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
                                   phases.gauges->progress.sent};
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
    phases_warm_up(offer_warm_up, NULL);
    /* The tables of the symbols are filled before the baseline too. */
    free(dump_text(&(struct dump){.format = DUMP_JSON}));
    phases_baseline();
    phases_begin_load();
    offer_until_stopped();
    phases_drain();
    phases_settle();
    phases_end();
    clock_set_virtual(false);
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

struct gauges *live_child_begin(const struct pair *pair)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_NAME, pair->id); /* in ps and top */
    phases.gauges = gauges_open(GAUGES_FD);
    if (!phases.gauges) {
        fprintf(stderr, "leaklab live: the page of `leaklab serve` starts it, not you\n");
        exit(2);
    }
    phases.keep_latency = live_child_keep_latency;
    return phases.gauges;
}

void live_child_run(const struct pair *pair, enum variant variant)
{
    struct gauges *gauges = live_child_begin(pair);
    child.pair = pair;
    child.variant = variant;
    phases.entry = pair->entry[variant];
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
