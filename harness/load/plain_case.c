#include "load/plain_case.h"
#include "census/census.h"
#include "load/phases.h"
#include "load/plain_leg.h"
#include "plain/loop_clock.h"
#include "plain/turning.h"
#include "probe/heap.h"
#include "profile/symbol.h"
#include "task/time.h"
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define MOMENT (100 * MILLISECOND)

static struct {
    struct gauges *gauges;
    const struct plain_owner *owner;
    const struct pair *pair;
    enum variant variant;
    uv_loop_t loop;
    struct turning turning;
    bool counting; /* in load */
} state;

/* --- Requests ------------------------------------------------------------------------------------ */

static void serve(void)
{
    if (state.pair->on_loop[state.variant])
        state.pair->on_loop[state.variant](&state.loop);
    else
        state.pair->threaded[state.variant]();
}

void plain_case_send(int64_t intended)
{
    struct progress *progress = &state.gauges->progress;
    int64_t began = loop_clock_now();
    progress->sent += state.counting;
    serve();
    if (state.counting) {
        state.owner->keep_latency(latency_between(intended, began, loop_clock_now()));
        progress->finished++;
    }
    plain_leg_request();
    progress->heap.allocated = progress->plain.heap; /* the other figures are as old as the phase */
}

void plain_case_pass_until(int64_t when)
{
    turning_pass_until(&state.turning, when);
}

const uv_handle_t *plain_case_ours(void)
{
    return state.turning.loop ? (const uv_handle_t *)&state.turning.keeper : NULL;
}

static int64_t end_of_drain(void)
{
    return loop_clock_now() + state.gauges->settings.patience + MOMENT;
}

/* After the opening, as at the end of load. The schedule goes on where it stood. */
static int64_t stand_still(void)
{
    int64_t from = loop_clock_now();
    turning_pass_until(&state.turning, end_of_drain());
    state.owner->end_phase();
    state.gauges->progress.paused = loop_clock_now() - from;
    return state.gauges->progress.paused;
}

/* Sends requests on schedule, until there were as many or it took as long as wanted (0: no limit). opens: it stands still
 * once. */
static void offer(struct schedule *schedule, uint64_t requests, int64_t duration, bool opens)
{
    int64_t start = loop_clock_now();
    int part = 0;
    schedule_begin(schedule);
    for (uint64_t n = 0; !requests || n < requests; n++) {
        int64_t now = loop_clock_now();
        if (opens && schedule_part(n, requests, now - start, duration) >= SCHEDULE_OPENING) {
            start += stand_still();
            now = loop_clock_now();
            opens = false;
        }
        int64_t due = schedule->rate > 0 ? start + schedule_next(schedule) : now;
        if (duration && due - start >= duration)
            break;
        turning_pass_until(&state.turning, due);
        while (part < schedule_part(n, requests, due - start, duration))
            plain_leg_part(++part);
        plain_case_send(due);
    }
}

static void offer_warm_up(struct schedule *schedule, uint64_t requests)
{
    if (requests)
        offer(schedule, requests, 0, false);
}

/* --- One after the other ------------------------------------------------------------------------- */

static void settle(void)
{
    loop_clock_set_virtual(true);
    turning_exhaust(&state.turning, state.gauges->settings.settle);
}

/* The same rehearsal as a case of tasks has. */
static void warm_up(struct schedule *schedule)
{
    const struct settings *settings = &state.gauges->settings;
    uint64_t rehearsal = phases_rehearsal(settings), first = settings->warm_up > rehearsal;
    phases_enter(PHASE_WARM_UP);
    loop_clock_set_virtual(true);
    offer_warm_up(schedule, first);
    settle();
    offer_warm_up(schedule, settings->warm_up - rehearsal - first);
    settle();
    plain_leg_prove_first();
    plain_leg_begin(&state.gauges->legs[LEG_REHEARSAL]);
    offer_warm_up(schedule, rehearsal);
    turning_pass_until(&state.turning, end_of_drain());
    plain_leg_hold();
    settle();
    plain_leg_end();
    loop_clock_set_virtual(settings->virtual_clock);
}

static void go_through(struct schedule schedules[2])
{
    const struct settings *settings = &state.gauges->settings;
    warm_up(&schedules[0]);
    phases_enter(PHASE_BASELINE);
    turning_pass_until(&state.turning, loop_clock_now() + settings->baseline);
    plain_leg_begin(&state.gauges->legs[LEG_LOAD]);
    heap_purge();
    state.owner->end_phase();
    phases_enter(PHASE_LOAD);
    state.counting = true;
    if (state.owner->load)
        state.owner->load();
    else
        offer(&schedules[1], settings->requests, settings->duration, schedule_opens(settings));
    state.counting = false;
    phases_enter(PHASE_DRAIN);
    turning_pass_until(&state.turning, end_of_drain());
    plain_leg_hold();
    plain_leg_prove_early(state.gauges);
    state.owner->end_phase();
    phases_enter(PHASE_SETTLE);
    settle();
    plain_leg_end();
    plain_leg_prove(state.gauges);
    heap_purge();
    state.owner->end_phase();
}

static bool nothing_is_left(void)
{
    const struct counts *counts = state.gauges->legs[LEG_LOAD].counts;
    for (enum kind kind = 0; kind < KIND_HEAP; kind++)
        if (counts_of_kind(&counts[MOMENT_LEFT], kind) !=
            counts_of_kind(&counts[MOMENT_BASELINE], kind))
            return false;
    return true;
}

/* A fix leaves a loop that can be closed: libuv itself says so. */
static void close_loop(void)
{
    turning_end(&state.turning);
    int failed = state.turning.loop ? uv_loop_close(&state.loop) : 0;
    if (failed && nothing_is_left()) {
        char words[128];
        snprintf(words, sizeof words, "uv_loop_close: %s, though nothing was counted that is left",
                 uv_strerror(failed));
        phases_go_wrong(words);
    }
}

static void on_high(uv_poll_t *high, int status, int events)
{
    (void)high, (void)status, (void)events;
}

/* libuv's table of what is watched grows to the highest descriptor there ever was, and stays: so that this is no part of what
 * requests leave behind, there is a high one now. */
static void make_room(void)
{
    enum { HIGH = 1 << 13 };
    uv_poll_t high;
    int fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, HIGH);
    int pipes[2];
    if (fd < 0 || pipe2(pipes, O_CLOEXEC) != 0)
        return;
    if (dup3(pipes[0], fd, O_CLOEXEC) == fd && uv_poll_init(&state.loop, &high, fd) == 0) {
        uv_poll_start(&high, UV_READABLE, on_high);
        uv_run(&state.loop, UV_RUN_NOWAIT);
        uv_close((uv_handle_t *)&high, NULL);
        uv_run(&state.loop, UV_RUN_NOWAIT);
    }
    close(pipes[0]);
    close(pipes[1]);
    close(fd);
}

/* LeakSanitizer asks at the end, where it is linked: what a leak has left is what it is for. */
int __lsan_is_turned_off(void); /* NOLINT(bugprone-reserved-identifier): its name */
int __lsan_is_turned_off(void)  /* NOLINT(bugprone-reserved-identifier) */
{
    return state.pair && state.variant == VARIANT_LEAK;
}

static int begin(const struct pair *pair, enum variant variant)
{
    /* The program's names are read now: when they are asked for, there may be no descriptor left to open it by. */
    symbol_of_return(__builtin_return_address(0));
    state.pair = pair;
    state.variant = variant;
    int failed = pair->on_loop[variant] ? uv_loop_init(&state.loop) : 0;
    if (!failed && pair->on_loop[variant])
        make_room();
    census_start();
    census_say(false); /* that a leak's loop can not be closed is what is measured */
    return failed ? failed
                  : turning_begin(&state.turning, pair->on_loop[variant] ? &state.loop : NULL);
}

void plain_case_run(struct gauges *gauges, const struct pair *pair, enum variant variant,
                    struct schedule schedules[2], const struct plain_owner *owner)
{
    state.gauges = gauges;
    state.owner = owner;
    phases.gauges = gauges;
    int failed = begin(pair, variant);
    if (failed) {
        phases_go_wrong(uv_strerror(failed));
        return;
    }
    state.turning.passing = plain_leg_pass;
    state.turning.what_there_is = plain_leg_what_there_is;
    plain_leg_prepare(&state.turning, &gauges->progress.plain);
    go_through(schedules);
    plain_leg_tell(gauges);
    if (state.turning.ran_out)
        phases_go_wrong("threads or children of the case went on for seconds: what they would have "
                        "done later is not counted");
    close_loop();
    phases_enter(PHASE_DONE);
}

struct plain_served plain_case_serve(const struct pair *pair, enum variant variant,
                                     uint64_t requests, double rate, bool settles)
{
    int64_t gap = (int64_t)(SECOND / rate);
    int failed = begin(pair, variant);
    if (failed)
        return (struct plain_served){.failed = failed};
    loop_clock_set_virtual(true);
    for (uint64_t n = 0; n < requests; n++) {
        serve();
        turning_pass_until(&state.turning, loop_clock_now() + gap);
    }
    if (settles)
        turning_exhaust(&state.turning, 0);
    return (struct plain_served){.ours = plain_case_ours()};
}
