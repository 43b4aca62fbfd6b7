#include "serve/live.h"
#include "serve/live_run.h"
#include "serve/reply.h"
#include "task/loop.h"
#include "task/task.h"
#include "task/time.h"
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { SAMPLE_MS = 200, VERDICT_TICKS = 5 };

/* What may be asked for: a page is no stress test, and no case may bring the machine down. */
static const double rate_least = 0.1, rate_most = 20000;
enum { LIMIT_LEAST_MIB = 32, LIMIT_MOST_MIB = 65536 };

static void tell(struct live *live, const char *event, char *json)
{
    if (json)
        streams_tell(&live->streams, event, json);
    free(json);
}

/* --- The run ---------------------------------------------------------------------------------- */

static bool all_idle(const struct live *live)
{
    for (int v = 0; v < VARIANTS; v++)
        if (live->cases[v].state != LIVE_IDLE)
            return false;
    return true;
}

static void begin_next(struct live *live)
{
    struct settings settings = live->server->settings->live;
    live->run = live->next;
    live->next.pair = NULL;
    live->paused = false;
    live->steered_at = 0;
    settings.rate = live->run.rate;
    for (enum variant v = 0; v < VARIANTS; v++)
        live_case_start(&live->cases[v], live->run.pair, v, &settings, live->run.memory_limit);
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

static bool any_running(const struct live *live)
{
    for (int v = 0; v < VARIANTS; v++)
        if (live->cases[v].state == LIVE_STARTING || live->cases[v].state == LIVE_RUNNING ||
            live->cases[v].state == LIVE_STOPPING)
            return true;
    return false;
}

static void on_sample(uv_timer_t *timer)
{
    struct live *live = timer->data;
    if (!any_running(live))
        return;
    for (int v = 0; v < VARIANTS; v++)
        live_case_look(&live->cases[v]);
    if (!live->streams.count)
        return;
    tell(live, "look", live_json_looks(live));
    if (++live->tick % VERDICT_TICKS == 0)
        tell(live, "verdict", live_json_verdicts(live));
}

static void set_rate(struct live *live, double rate)
{
    for (int v = 0; v < VARIANTS; v++)
        if (live->cases[v].state != LIVE_IDLE)
            __atomic_store(&live->cases[v].outcome.gauges->settings.rate, &rate, __ATOMIC_RELAXED);
}

/* --- Commands --------------------------------------------------------------------------------- */

static enum MHD_Result refuse(struct request *request, const char *words)
{
    return reply_text(request, MHD_HTTP_BAD_REQUEST, words);
}

static enum MHD_Result done(struct request *request)
{
    tell(request->server->live, "state", live_json_state(request->server->live));
    return reply_text(request, MHD_HTTP_OK, "done\n");
}

static json_t *body_of(const struct request *request)
{
    return json_loadb(request->body ? request->body : "", request->body_length,
                      JSON_REJECT_DUPLICATES, NULL);
}

static const char rate_words[] = "rate must be a number of requests a second, from 0.1 to 20000\n";

static bool take_rate(const json_t *body, double *rate)
{
    const json_t *value = json_object_get(body, "rate");
    *rate = json_number_value(value);
    return json_is_number(value) && *rate >= rate_least && *rate <= rate_most;
}

static bool take_limit(const json_t *body, int64_t *bytes)
{
    const json_t *value = json_object_get(body, "memory_limit_mib");
    json_int_t mib = json_integer_value(value);
    if (!json_is_integer(value) || mib < LIMIT_LEAST_MIB || mib > LIMIT_MOST_MIB)
        return false;
    *bytes = mib << 20;
    return true;
}

enum MHD_Result live_serve_start(struct request *request)
{
    struct live *live = request->server->live;
    struct live_wish wish = {0};
    json_t *body = body_of(request);
    const char *id = json_string_value(json_object_get(body, "pair"));
    wish.pair = id ? catalog_find(id) : NULL;
    bool rate = take_rate(body, &wish.rate), limit = take_limit(body, &wish.memory_limit);
    json_decref(body);
    if (!wish.pair)
        return refuse(request, "pair must be the id of one: /live/pairs lists them\n");
    if (!rate)
        return refuse(request, rate_words);
    if (!limit)
        return refuse(request, "memory_limit_mib must be a whole number from 32 to 65536\n");
    if (live->ending)
        return reply_text(request, MHD_HTTP_SERVICE_UNAVAILABLE, "the service is shutting down\n");
    live->next = wish;
    if (all_idle(live))
        begin_next(live);
    for (int v = 0; v < VARIANTS && live->next.pair; v++)
        live_case_end(&live->cases[v]); /* the last one to go begins the next run */
    return done(request);
}

enum MHD_Result live_serve_steer(struct request *request)
{
    struct live *live = request->server->live;
    json_t *body = body_of(request), *paused = json_object_get(body, "paused");
    double rate = live->run.rate;
    bool rate_wrong = json_object_get(body, "rate") && !take_rate(body, &rate);
    bool paused_wrong = paused && !json_is_boolean(paused);
    bool pause = paused ? json_is_true(paused) : live->paused;
    bool any = json_is_object(body);
    json_decref(body);
    if (!any || rate_wrong)
        return refuse(request, rate_words);
    if (paused_wrong)
        return refuse(request, "paused must be true or false\n");
    if (!any_running(live))
        return reply_text(request, MHD_HTTP_CONFLICT, "nothing runs that could be steered\n");
    live->run.rate = rate;
    live->paused = pause;
    live->steered_at = live->cases[VARIANT_FIX].last.seconds;
    set_rate(live, pause ? 0 : rate);
    return done(request);
}

enum MHD_Result live_serve_stop(struct request *request)
{
    struct live *live = request->server->live;
    if (!any_running(live))
        return reply_text(request, MHD_HTTP_CONFLICT, "nothing runs that could be stopped\n");
    for (int v = 0; v < VARIANTS; v++)
        live_case_stop(&live->cases[v]);
    return done(request);
}

/* --- What a page asks ------------------------------------------------------------------------- */

/* Takes over json. */
static enum MHD_Result reply_json(struct request *request, char *json)
{
    if (!json)
        return reply_text(request, MHD_HTTP_INTERNAL_SERVER_ERROR, "no memory for the answer\n");
    return reply(
        request, MHD_HTTP_OK,
        response_of(MHD_create_response_from_buffer(strlen(json), json, MHD_RESPMEM_MUST_FREE),
                    "application/json"));
}

enum MHD_Result live_serve_pairs(struct request *request)
{
    return reply_json(request, live_json_pairs(request->server->live));
}

enum MHD_Result live_serve_source(struct request *request)
{
    const char *id =
        MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND, "pair");
    const struct pair *pair = id ? catalog_find(id) : NULL;
    if (!pair)
        return reply_text(request, MHD_HTTP_NOT_FOUND, "no pair has that id\n");
    return reply_json(request, live_json_source(request->server->live, pair));
}

static void add_event(FILE *out, const char *event, char *json)
{
    if (json)
        fprintf(out, "event: %s\ndata: %s\n\n", event, json);
    free(json);
}

enum MHD_Result live_serve_events(struct request *request)
{
    struct live *live = request->server->live;
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (out) {
        fputs("retry: 1000\n\n", out);
        add_event(out, "state", live_json_state(live));
        add_event(out, "history", live_json_history(live));
        add_event(out, "verdict", live_json_verdicts(live));
        if (fclose(out) != 0) {
            free(text);
            text = NULL;
        }
    }
    return stream_answer(request, &live->streams, text, length);
}

/* --- Beginning and end ------------------------------------------------------------------------ */

struct live_case *live_case_named(struct live *live, const char *variant)
{
    for (enum variant v = 0; v < VARIANTS; v++)
        if (variant && strcmp(variant, variant_name(v)) == 0)
            return &live->cases[v];
    return NULL;
}

struct live *live_begin(struct server *server)
{
    struct live *live = calloc(1, sizeof *live);
    if (!live)
        return NULL;
    live->server = server;
    for (enum variant v = 0; v < VARIANTS; v++)
        live->cases[v] = (struct live_case){
            .variant = v, .changed = on_changed, .arg = live, .outcome = {.gauges_fd = -1}};
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

void live_end(struct live *live)
{
    live->ending = true;
    streams_close(&live->streams);
    for (int v = 0; v < VARIANTS; v++)
        live_case_end(&live->cases[v]);
    uv_close((uv_handle_t *)&live->sampler, on_sampler_closed);
}

bool live_is_gone(const struct live *live)
{
    return all_idle(live) && !live->sampler_open;
}

void live_free(struct live *live)
{
    free(live);
}
