#include "live/live_run.h"
#include "live/live_json.h"
#include "serve/server.h"
#include "task/loop.h"
#include "task/task.h"
#include "task/time.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { SAMPLE_MS = 200, VERDICT_TICKS = 5 };
static const int64_t RECOVER_EACH = SECOND;

static void tell(struct live *live, const char *event, char *json)
{
    if (json)
        streams_tell(&live->streams, event, json);
    free(json);
}

static bool all_idle(const struct live *live)
{
    for (int i = 0; i < LIVE_CASES; i++)
        if (live->cases[i].state != LIVE_IDLE)
            return false;
    return true;
}

static int64_t milliseconds_since_epoch(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A control has one half only. */
static bool has_half(const struct pair *pair, enum variant variant)
{
    return pair->entry[variant] || pair->on_loop[variant] || pair->threaded[variant];
}

static void begin_next(struct live *live)
{
    int64_t now = milliseconds_since_epoch();
    live->began = now > live->began ? now : live->began + 1;
    struct settings settings = *live->settings;
    live->run = live->next;
    live->next.pair = NULL;
    live->paused = false;
    live->steered_at = 0;
    live->watched_at = uv_now(task_loop());
    settings.rate = live->run.rate;
    /* Nothing of plain C is proven to be leaked, and made to end. */
    bool recovers = live->run.recover && !pair_is_plain(live->run.pair);
    for (int i = 0; i < LIVE_CASES; i++) {
        enum variant variant = i == LIVE_RECOVERED ? VARIANT_LEAK : (enum variant)i;
        settings.recover = i == LIVE_RECOVERED ? RECOVER_EACH : 0;
        if (has_half(live->run.pair, variant) && (i < LIVE_RECOVERED || recovers))
            live_case_start(&live->cases[i], live->run.pair, variant, &settings,
                            live->run.memory_limit, live->server->settings->case_timeout);
    }
}

static void on_changed(struct live_case *c, void *arg)
{
    struct live *live = arg;
    (void)c;
    if (!live->ending && live->next.pair && all_idle(live))
        begin_next(live);
    tell(live, "state", live_json_state(live));
    tell(live, "verdict", live_json_verdicts(live));
    server_wake(live->server);
}

bool live_run_is_on(const struct live *live)
{
    for (int i = 0; i < LIVE_CASES; i++)
        if (live->cases[i].state == LIVE_STARTING || live->cases[i].state == LIVE_RUNNING ||
            live->cases[i].state == LIVE_STOPPING)
            return true;
    return false;
}

/* Nobody would see it run into its limit, and its memory is wanted elsewhere. */
static void let_go_unwatched(struct live *live)
{
    char why[128];
    int64_t patience = live->server->settings->unwatched;
    uint64_t now = uv_now(task_loop());
    if (live->streams.count)
        live->watched_at = now;
    if ((int64_t)(now - live->watched_at) <= patience / MILLISECOND)
        return;
    snprintf(why, sizeof why, "no page has watched it for %.3g s", (double)patience / 1e9);
    for (int i = 0; i < LIVE_CASES; i++)
        live_case_let_go(&live->cases[i], why);
}

static void on_sample(uv_timer_t *timer)
{
    struct live *live = timer->data;
    for (int i = 0; i < LIVE_CASES; i++)
        live_case_look(&live->cases[i]);
    let_go_unwatched(live);
    if (!live_run_is_on(live) || !live->streams.count)
        return;
    tell(live, "look", live_json_looks(live));
    if (++live->tick % VERDICT_TICKS == 0)
        tell(live, "verdict", live_json_verdicts(live));
}

static void set_rate(struct live *live, double rate)
{
    for (int i = 0; i < LIVE_CASES; i++)
        if (live->cases[i].state != LIVE_IDLE)
            __atomic_store(&live->cases[i].outcome.gauges->settings.rate, &rate, __ATOMIC_RELAXED);
}

/* --- Steering --------------------------------------------------------------------------------- */

void live_run_start(struct live *live, const struct live_wish *wish)
{
    live->next = *wish;
    if (all_idle(live))
        begin_next(live);
    for (int i = 0; i < LIVE_CASES && live->next.pair; i++)
        live_case_end(&live->cases[i]); /* the last one to go begins the next run */
}

void live_run_steer(struct live *live, double rate, bool paused)
{
    if (rate != live->run.rate)
        live->steered_at = live->cases[VARIANT_FIX].last.seconds;
    live->run.rate = rate;
    live->paused = paused;
    set_rate(live, paused ? 0 : rate);
}

void live_run_stop(struct live *live)
{
    for (int i = 0; i < LIVE_CASES; i++)
        live_case_stop(&live->cases[i]);
}

void live_run_tell_state(struct live *live)
{
    tell(live, "state", live_json_state(live));
}

/* --- Beginning and end ------------------------------------------------------------------------ */

struct live *live_run_make(struct server *server, const struct settings *settings)
{
    struct live *live = calloc(1, sizeof *live);
    if (!live)
        return NULL;
    live->server = server;
    live->settings = settings;
    for (int i = 0; i < LIVE_CASES; i++)
        live->cases[i] =
            (struct live_case){.changed = on_changed, .arg = live, .outcome = {.gauges_fd = -1}};
    uv_timer_init(task_loop(), &live->sampler);
    live->sampler.data = live;
    live->sampler_open = true;
    uv_timer_start(&live->sampler, on_sample, SAMPLE_MS, SAMPLE_MS);
    uv_unref((uv_handle_t *)&live->sampler);
    return live;
}

static void on_sampler_closed(uv_handle_t *handle)
{
    struct live *live = handle->data;
    live->sampler_open = false;
    server_wake(live->server);
}

void live_run_end(struct live *live)
{
    live->ending = true;
    streams_close(&live->streams);
    for (int i = 0; i < LIVE_CASES; i++)
        live_case_end(&live->cases[i]);
    uv_close((uv_handle_t *)&live->sampler, on_sampler_closed);
}

bool live_run_is_gone(const struct live *live)
{
    return all_idle(live) && !live->sampler_open;
}

void live_run_free(struct live *live)
{
    free(live);
}
