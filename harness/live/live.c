#include "live/live.h"
#include "live/live_body.h"
#include "live/live_json.h"
#include "live/live_limit.h"
#include "live/live_metrics.h"
#include "live/live_page.h"
#include "live/live_profile.h"
#include "live/live_run.h"
#include "serve/reply.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* What may be asked for: a page is no stress test, and no case may bring the machine down. */
static const double rate_least = 0.1, rate_most = 20000;
enum { LIMIT_LEAST_MIB = 32 };

/* --- Commands --------------------------------------------------------------------------------- */

static enum MHD_Result refuse(struct http_request *request, const char *words)
{
    return reply_text(request, MHD_HTTP_BAD_REQUEST, words);
}

static enum MHD_Result done(struct http_request *request)
{
    live_run_tell_state(request->server->extended);
    return reply_text(request, MHD_HTTP_OK, "done\n");
}

static const char rate_words[] = "rate must be a number of requests a second, from 0.1 to 20000\n";

static bool take_rate(const json_t *body, double *rate)
{
    const json_t *value = json_object_get(body, "rate");
    *rate = json_number_value(value);
    return json_is_number(value) && *rate >= rate_least && *rate <= rate_most;
}

static bool take_limit(const struct live *live, const json_t *body, bool recover, int64_t *bytes)
{
    const json_t *value = json_object_get(body, "memory_limit_mib");
    json_int_t mib = json_integer_value(value);
    if (!json_is_integer(value) || mib < LIMIT_LEAST_MIB ||
        mib > live_limit_most(live, recover ? LIVE_CASES : VARIANTS) >> 20)
        return false;
    *bytes = mib << 20;
    return true;
}

static enum MHD_Result refuse_limit(struct http_request *request, bool recover)
{
    char words[256];
    int64_t most =
        live_limit_most(request->server->extended, recover ? LIVE_CASES : VARIANTS) >> 20;
    snprintf(words, sizeof words,
             "memory_limit_mib must be a whole number from %d to %" PRId64
             ": all cases together must fit into what this machine has free now\n",
             LIMIT_LEAST_MIB, most);
    return refuse(request, words);
}

static enum MHD_Result answer_start(struct http_request *request)
{
    struct live *live = request->server->extended;
    struct live_wish wish = {0};
    json_t *body = live_body(request);
    const char *id = json_string_value(json_object_get(body, "pair"));
    const json_t *recover = json_object_get(body, "recover");
    bool recover_wrong = recover && !json_is_boolean(recover);
    wish.pair = live_json_pair(id);
    wish.recover = json_is_true(recover);
    bool rate = take_rate(body, &wish.rate),
         limit = take_limit(live, body, wish.recover, &wish.memory_limit);
    json_decref(body);
    if (!wish.pair)
        return refuse(request, "pair must be the id of one: /live/pairs lists them\n");
    if (!rate)
        return refuse(request, rate_words);
    if (recover_wrong)
        return refuse(request, "recover must be true or false\n");
    if (!limit)
        return refuse_limit(request, wish.recover);
    if (live->ending)
        return reply_text(request, MHD_HTTP_SERVICE_UNAVAILABLE, "the service is shutting down\n");
    live_run_start(live, &wish);
    return done(request);
}

static enum MHD_Result answer_steer(struct http_request *request)
{
    struct live *live = request->server->extended;
    json_t *body = live_body(request), *paused = json_object_get(body, "paused");
    double rate = live->run.rate;
    bool rate_wrong = json_object_get(body, "rate") && !take_rate(body, &rate);
    bool paused_wrong = paused && !json_is_boolean(paused);
    bool pause = paused ? json_is_true(paused) : live->paused;
    bool any = body != NULL;
    json_decref(body);
    if (!any || rate_wrong)
        return refuse(request, rate_words);
    if (paused_wrong)
        return refuse(request, "paused must be true or false\n");
    if (!live_run_is_on(live))
        return reply_text(request, MHD_HTTP_CONFLICT, "nothing runs that could be steered\n");
    live_run_steer(live, rate, pause);
    return done(request);
}

static enum MHD_Result answer_stop(struct http_request *request)
{
    struct live *live = request->server->extended;
    if (!live_run_is_on(live))
        return reply_text(request, MHD_HTTP_CONFLICT, "nothing runs that could be stopped\n");
    live_run_stop(live);
    return done(request);
}

/* --- What a page asks ------------------------------------------------------------------------- */

/* Takes over json. */
static enum MHD_Result reply_json(struct http_request *request, char *json)
{
    if (!json)
        return reply_text(request, MHD_HTTP_INTERNAL_SERVER_ERROR, "no memory for the answer\n");
    return reply(
        request, MHD_HTTP_OK,
        response_of(MHD_create_response_from_buffer(strlen(json), json, MHD_RESPMEM_MUST_FREE),
                    "application/json"));
}

static enum MHD_Result answer_pairs(struct http_request *request)
{
    return reply_json(request, live_json_pairs(request->server->extended));
}

static enum MHD_Result answer_source(struct http_request *request)
{
    const char *id =
        MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND, "pair");
    const struct pair *pair = live_json_pair(id);
    if (!pair)
        return reply_text(request, MHD_HTTP_NOT_FOUND, "no pair has that id\n");
    return reply_json(request, live_json_source(pair));
}

static void add_event(FILE *out, const char *event, char *json)
{
    if (json)
        fprintf(out, "event: %s\ndata: %s\n\n", event, json);
    free(json);
}

static enum MHD_Result answer_events(struct http_request *request)
{
    struct live *live = request->server->extended;
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

/* --- Profiles --------------------------------------------------------------------------------- */

static enum MHD_Result answer_with_profile(struct http_request *request, enum live_order order)
{
    struct live *live = request->server->extended;
    const char *name =
        MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND, "variant");
    struct live_case *c = NULL;
    for (int i = 0; i < LIVE_CASES; i++)
        if (name && strcmp(name, live_name(i)) == 0)
            c = &live->cases[i];
    return live_profile_serve(request, c, order);
}

static enum MHD_Result answer_profile(struct http_request *request)
{
    return answer_with_profile(request, LIVE_PROFILE_JSON);
}

static enum MHD_Result answer_goroutine(struct http_request *request, int debug)
{
    static const enum live_order orders[] = {LIVE_PROFILE_PPROF, LIVE_PROFILE_GROUPED,
                                             LIVE_PROFILE_FULL};
    return answer_with_profile(request, orders[debug]);
}

/* --- For the service -------------------------------------------------------------------------- */

static const struct route routes[] = {
    {.path = "/", .method = "GET", .answer = live_page_serve},
    {.path = "/page/*", .method = "GET", .answer = live_page_serve},
    {.path = "/live/pairs", .method = "GET", .answer = answer_pairs},
    {.path = "/live/source", .method = "GET", .answer = answer_source},
    {.path = "/live/profile", .method = "GET", .answer = answer_profile},
    {.path = "/live/events", .method = "GET", .answer = answer_events},
    {.path = "/live/start", .method = "POST", .answer = answer_start, .body_most = LIVE_BODY_MOST},
    {.path = "/live/steer", .method = "POST", .answer = answer_steer, .body_most = LIVE_BODY_MOST},
    {.path = "/live/stop", .method = "POST", .answer = answer_stop, .body_most = LIVE_BODY_MOST},
    {0},
};

static void *begin(struct server *server, const void *settings)
{
    return live_run_make(server, settings);
}

static void end(void *self)
{
    live_run_end(self);
}

static bool is_gone(const void *self)
{
    return live_run_is_gone(self);
}

static void let_go(void *self)
{
    live_run_free(self);
}

static void write_metrics(const void *self, FILE *out)
{
    live_metrics_write(self, out);
}

struct extension live_extension(const struct settings *settings)
{
    return (struct extension){
        .routes = routes,
        .settings = settings,
        .begin = begin,
        .end = end,
        .is_gone = is_gone,
        .free = let_go,
        .write_metrics = write_metrics,
        .answer_goroutine = answer_goroutine,
    };
}
