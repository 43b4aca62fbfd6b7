/* The case has the loop, and all that is on it is the case's. So the parent's orders do not come by a handle: the stream is
 * looked at between requests, and answers are written while the case stands still.
 */
#include "live/live_plain.h"
#include "census/listing.h"
#include "live/live_child.h"
#include "load/phases.h"
#include "load/plain_case.h"
#include "load/plain_leg.h"
#include "load/schedule.h"
#include "plain/loop_clock.h"
#include "probe/heap.h"
#include "task/time.h"
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

static struct {
    const struct pair *pair;
    enum variant variant;
    bool stopped;
} child;

/* --- The stream ------------------------------------------------------------------------------- */

static void send_all(const void *bytes, size_t length)
{
    for (const char *at = bytes; length > 0;) {
        ssize_t n = write(GAUGES_STREAM_FD, at, length);
        if (n < 0 && errno == EAGAIN)
            poll(&(struct pollfd){.fd = GAUGES_STREAM_FD, .events = POLLOUT}, 1, -1);
        else if (n <= 0 && errno != EINTR)
            _exit(EXIT_FAILURE); /* nobody is interested any more */
        at += n > 0 ? n : 0;
        length -= n > 0 ? (size_t)n : 0;
    }
}

static void send_answer(enum live_order order, const char *text, size_t length)
{
    struct live_answer head = {.order = order, .length = length};
    send_all(&head, sizeof head);
    send_all(text, length);
}

/* An empty answer is for no memory. */
static void answer_census(enum live_order order)
{
    char subject[128], *text = NULL;
    size_t length = 0;
    uint64_t sent = phases.gauges->progress.sent;
    snprintf(subject, sizeof subject, "%s %s after %" PRIu64 " requests", child.pair->id,
             variant_name(child.variant), sent);
    struct listing listing = {.format = order == LIVE_PROFILE_JSON    ? LISTING_JSON
                                        : order == LIVE_PROFILE_PPROF ? LISTING_PPROF
                                                                      : LISTING_SUMMARY,
                              .subject = subject,
                              .served = sent,
                              .except = plain_case_ours(),
                              .callers = "harness/"};
    FILE *out = open_memstream(&text, &length);
    bool written = out && listing_write(&listing, out) >= 0;
    if (out && (fclose(out) != 0 || !written))
        length = 0;
    send_answer(order, text, length);
    free(text);
}

/* Waits so long for one, in milliseconds; -1: for ever. */
static void take_orders(int wait)
{
    char orders[64];
    struct pollfd stream = {.fd = GAUGES_STREAM_FD, .events = POLLIN};
    if (poll(&stream, 1, wait) <= 0)
        return;
    ssize_t length = read(GAUGES_STREAM_FD, orders, sizeof orders);
    if (length < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (length <= 0)
        _exit(EXIT_FAILURE); /* nobody is interested any more */
    for (ssize_t i = 0; i < length; i++) {
        if (orders[i] == LIVE_STOP)
            child.stopped = true;
        else
            answer_census((enum live_order)orders[i]);
    }
}

/* --- Load ------------------------------------------------------------------------------------- */

/* On schedule, whatever the service does. A change of the rate holds from now on; what was missed while paused is not made up
 * for. */
static void offer_until_stopped(void)
{
    const int64_t look = 20 * MILLISECOND, whole_look = 10 * look;
    double rate = 0;
    int64_t due = 0, looked = 0, looked_wholly = 0;
    while (!child.stopped) {
        double wanted = live_child_rate();
        int64_t now = loop_clock_now();
        if (wanted != rate)
            due = now;
        rate = wanted;
        if (now - looked >= look) {
            take_orders(0);
            heap_read(&phases.gauges->progress.heap);
            looked = now;
        }
        if (now - looked_wholly >= whole_look) {
            plain_leg_look();
            looked_wholly = now;
        }
        if (rate <= 0 || due - now > look) {
            plain_case_pass_until(now + look);
            continue;
        }
        plain_case_pass_until(due);
        plain_case_send(due);
        due += (int64_t)(1e9 / rate);
    }
}

static void nobody_waits(void)
{
}

/* Leaks of connections leave descriptors: as many as the system allows. */
static void take_descriptors(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

void live_plain_run(const struct pair *pair, enum variant variant)
{
    static const struct plain_owner owner = {
        .end_phase = nobody_waits,
        .keep_latency = live_child_keep_latency,
        .load = offer_until_stopped,
    };
    static struct schedule schedules[2];
    struct gauges *gauges = live_child_begin(pair);
    child.pair = pair;
    child.variant = variant;
    take_descriptors();
    if (!schedule_start(&schedules[0], &gauges->settings)) {
        fprintf(stderr, "leaklab: no memory for the schedule of arrivals\n");
        exit(2);
    }
    plain_case_run(gauges, pair, variant, schedules, &owner);
    send_answer(LIVE_STOP, NULL, 0);
    for (;;) /* and answers on, until the parent has gone */
        take_orders(-1);
}
