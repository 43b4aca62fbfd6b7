#include "live/live_json.h"
#include "live/live_limit.h"
#include "live/live_source.h"
#include "live/live_verdict.h"
#include "probe/expected.h"
#include "probe/verdict.h"
#include "serve/server.h"
#include <jansson.h>
#include <math.h>

/* Each of these hands on NULL where memory is short, as json_pack() does. */

static char *text_of(json_t *json)
{
    char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
    json_decref(json);
    return text;
}

/* Numbers that JSON has no word for: null is unknown, "never" is for ever. */
static json_t *number(double value)
{
    if (isnan(value))
        return json_null();
    return isinf(value) ? json_string("never") : json_real(value);
}

static const char *state_text(enum live_state state)
{
    static const char *const texts[] = {
        [LIVE_IDLE] = "idle",         [LIVE_STARTING] = "starting", [LIVE_RUNNING] = "running",
        [LIVE_STOPPING] = "stopping", [LIVE_SETTLED] = "settled",   [LIVE_DEAD] = "dead",
        [LIVE_ENDING] = "ending",
    };
    return texts[state];
}

static json_t *each(const struct live *live,
                    json_t *(*of)(const struct live *, const struct live_case *))
{
    return json_pack("{s:o, s:o, s:o}", live_name(VARIANT_LEAK),
                     of(live, &live->cases[VARIANT_LEAK]), live_name(VARIANT_FIX),
                     of(live, &live->cases[VARIANT_FIX]), live_name(LIVE_RECOVERED),
                     of(live, &live->cases[LIVE_RECOVERED]));
}

static json_t *state_of_case(const struct live *live, const struct live_case *c)
{
    (void)live;
    return json_string(c->state == LIVE_DEAD && c->let_go ? "ended" : state_text(c->state));
}

char *live_json_state(const struct live *live)
{
    const struct live_wish *run = &live->run;
    return text_of(json_pack("{s:I, s:s?, s:f, s:I, s:b, s:o}", "run", (json_int_t)live->began,
                             "pair", run->pair ? run->pair->id : NULL, "rate", run->rate,
                             "memory_limit_mib", (json_int_t)(run->memory_limit >> 20), "paused",
                             (int)live->paused, "cases", each(live, state_of_case)));
}

/* In the order that the page knows: seconds, tasks, requests, RSS, p99, timers; and of plain C handles, requests in flight,
 * descriptors, threads. */
static json_t *look_of(const struct live_look *look)
{
    return json_pack("[f, I, I, I, o, I, I, I, I, I]", look->seconds, (json_int_t)look->tasks,
                     (json_int_t)look->requests, (json_int_t)look->rss, number(look->p99),
                     (json_int_t)look->timers, (json_int_t)look->plain[PLAIN_HANDLES],
                     (json_int_t)look->plain[PLAIN_REQUESTS],
                     (json_int_t)look->plain[PLAIN_DESCRIPTORS],
                     (json_int_t)look->plain[PLAIN_THREADS]);
}

static json_t *last_look(const struct live *live, const struct live_case *c)
{
    (void)live;
    return c->state == LIVE_RUNNING || c->state == LIVE_STARTING ? look_of(&c->last) : json_null();
}

char *live_json_looks(const struct live *live)
{
    return text_of(each(live, last_look));
}

static json_t *history_of(const struct live *live, const struct live_case *c)
{
    (void)live;
    json_t *all = json_array();
    for (size_t i = 0; all && c->state != LIVE_IDLE && i < c->looks.length; i++) {
        if (json_array_append_new(all, look_of(&c->looks.at[i]))) {
            json_decref(all);
            all = NULL;
        }
    }
    return all;
}

char *live_json_history(const struct live *live)
{
    return text_of(each(live, history_of));
}

static json_t *verdict_of_case(const struct live *live, const struct live_case *c)
{
    if (c->state == LIVE_IDLE)
        return json_null();
    struct live_verdict verdict = live_verdict_of(c, live->steered_at, live->run.rate);
    return json_pack("{s:s, s:s, s:o}", "kind", verdict.kind, "words", verdict.words,
                     "seconds_left", number(live->paused ? NAN : verdict.seconds_left));
}

char *live_json_verdicts(const struct live *live)
{
    return text_of(each(live, verdict_of_case));
}

/* --- The catalog ------------------------------------------------------------------------------ */

static json_t *pair_of(const struct pair *pair)
{
    char expected[256];
    enum variant v = pair->is_control ? VARIANT_FIX : VARIANT_LEAK;
    expectation_text(&pair->expected[v], expected, sizeof expected);
    return json_pack("{s:s, s:s, s:s, s:s, s:b, s:b}", "id", pair->id, "family", pair->family,
                     "title", pair->title, "expected", expected, "control", (int)pair->is_control,
                     "plain", (int)pair_is_plain(pair));
}

char *live_json_pairs(const struct live *live)
{
    const struct pair *served = live->server->settings->pair;
    json_t *all = json_array();
    FOR_EACH_PAIR (pair)
        json_array_append_new(all, pair_of(pair));
    for (size_t i = 0; i < controls_length; i++)
        json_array_append_new(all, pair_of(&controls[i]));
    return text_of(json_pack("{s:s?, s:b, s:I, s:o}", "served", served ? served->id : NULL, "debug",
                             (int)live->server->settings->debug, "limit_most_mib",
                             (json_int_t)(live_limit_most(live, VARIANTS) >> 20), "pairs", all));
}

const struct pair *live_json_pair(const char *id)
{
    const struct pair *pair = id ? catalog_find(id) : NULL;
    return pair || !id ? pair : controls_find(id);
}

static json_t *source_of(const struct pair *pair, enum variant variant)
{
    const char *text = live_source_text(pair, variant);
    return text ? json_pack("{s:s, s:s}", "path", live_source_path(pair, variant), "text", text)
                : json_null();
}

char *live_json_source(const struct pair *pair)
{
    return text_of(json_pack("{s:o, s:o}", "leak", source_of(pair, VARIANT_LEAK), "fix",
                             source_of(pair, VARIANT_FIX)));
}
