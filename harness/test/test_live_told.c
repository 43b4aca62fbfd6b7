/* What the live page is told of a run, and Prometheus too, whole: of cases that are made up here, without a process. */
#include "test/golden.h"
#include "test/support.h"

#include "live/live_json.h"
#include "live/live_metrics.h"
#include "serve/server.h"
#include "task/loop.h"
#include <math.h>

static struct live live;
static struct gauges gauges[LIVE_CASES];
static struct serve_settings served;
static struct server server = {.settings = &served};

static void add_case(int i, enum live_state state)
{
    struct live_case *c = &live.cases[i];
    struct gauges *g = &gauges[i];
    *c = (struct live_case){.variant = i == VARIANT_FIX ? VARIANT_FIX : VARIANT_LEAK,
                            .state = state,
                            .looks.every = 1,
                            .ending = "killed by its limit"};
    *g = (struct gauges){0};
    c->outcome.pair = live.run.pair;
    c->outcome.variant = c->variant;
    c->outcome.gauges = g;
    uint64_t base = 100 * (uint64_t)(i + 1);
    g->runtime.live = base + 1;
    g->runtime.spawned = base + 2;
    g->runtime.timers = base + 3;
    g->progress.sent = base + 4;
    g->progress.finished = base + 5;
    g->progress.heap.allocated = base + 6;
    g->progress.plain = (struct counts){.handles = base + 7,
                                        .requests = base + 8,
                                        .queued = base + 9,
                                        .descriptors = base + 10,
                                        .threads = base + 11};
    for (int k = 0; k < 3; k++) {
        c->last = (struct live_look){.seconds = 0.5 * k,
                                     .tasks = base + (uint64_t)k,
                                     .requests = 2 * base + (uint64_t)k,
                                     .rss = 3000000 + k,
                                     .p99 = k == 0   ? NAN
                                            : k == 1 ? INFINITY
                                                     : 0.25,
                                     .timers = 4 * base + (uint64_t)k,
                                     .plain = {5 * base, 6 * base, 7 * base, 8 * base}};
        looks_keep(&c->looks, &c->last);
    }
    c->moved_at = uv_now(task_loop());
}

static void begin(const char *id, enum live_state leak, enum live_state fix,
                  enum live_state recovered)
{
    live = (struct live){
        .server = &server,
        .run = {.pair = id ? catalog_find(id) : NULL, .rate = 12.5, .memory_limit = 64 << 20},
        .began = 1700000000123};
    add_case(VARIANT_LEAK, leak);
    add_case(VARIANT_FIX, fix);
    add_case(LIVE_RECOVERED, recovered);
}

static void say(FILE *out, const char *what, char *json)
{
    assert_non_null(json);
    fprintf(out, "%s: %s\n", what, json);
    free(json);
}

static void say_all(FILE *out, const char *title)
{
    fprintf(out, "=== %s\n", title);
    say(out, "state", live_json_state(&live));
    say(out, "looks", live_json_looks(&live));
    say(out, "history", live_json_history(&live));
    say(out, "verdicts", live_json_verdicts(&live));
    live_metrics_write(&live, out);
}

TASK_TEST(all_that_is_told)
{
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    begin(NULL, LIVE_IDLE, LIVE_IDLE, LIVE_IDLE);
    live.began = 0;
    say_all(out, "nothing runs");
    begin("full_buffer", LIVE_RUNNING, LIVE_STARTING, LIVE_STOPPING);
    say_all(out, "it runs");
    begin("full_buffer", LIVE_DEAD, LIVE_SETTLED, LIVE_DEAD);
    live.cases[LIVE_RECOVERED].let_go = true;
    live.paused = true;
    say_all(out, "it has run");
    begin("full_buffer", LIVE_ENDING, LIVE_DEAD, LIVE_IDLE);
    say_all(out, "nothing is there any more");
    begin("stop_is_not_close", LIVE_RUNNING, LIVE_RUNNING, LIVE_IDLE);
    say_all(out, "plain C");
    fclose(out);
    expect_golden("live.txt", text);
    free(text);
}

/* Not while it is paused: then no time passes. */
TASK_TEST(time_left_is_a_number_while_it_runs)
{
    begin("full_buffer", LIVE_RUNNING, LIVE_IDLE, LIVE_IDLE);
    struct live_case *c = &live.cases[VARIANT_LEAK];
    c->looks.length = 0;
    for (int i = 0; i < 200; i++) {
        c->last = (struct live_look){.seconds = 0.1 * i,
                                     .requests = 10 * (uint64_t)i,
                                     .tasks = 10 * (uint64_t)i,
                                     .rss = 40000 * (int64_t)i};
        looks_keep(&c->looks, &c->last);
    }
    c->memory_limit = c->last.rss + 400000;
    live.run.rate = 100;
    char *said = live_json_verdicts(&live);
    assert_string_equal(said, "{\"leak\":{\"kind\":\"leak\",\"words\":\"Leaking: 1.000 tasks a "
                              "request (1.000 to 1.000)\","
                              "\"seconds_left\":1.0},\"fix\":null,\"recovered\":null}");
    free(said);
    live.paused = true;
    said = live_json_verdicts(&live);
    assert_non_null(strstr(said, "\"seconds_left\":null"));
    free(said);
    live.paused = false;
    live.steered_at = 19.05; /* nine looks since then */
    said = live_json_verdicts(&live);
    assert_non_null(
        strstr(said, "{\"kind\":\"early\",\"words\":\"Too early to say, after 1990 requests\""));
    free(said);
}

/* Pairs and controls, each with what it leaves; and their text. */
static void pairs_and_their_sources_are_told(void **state)
{
    (void)state;
    live = (struct live){.server = &server};
    served.debug = true;
    char *said = live_json_pairs(&live);
    expect_match(
        said,
        "^\\{\"served\":null,\"debug\":true,\"limit_most_mib\":[0-9]+,\"pairs\":\\[\\{\"id\":");
    expect_words(said,
                 "{\"id\":\"channel_receive\",\"family\":\"pitfalls\",\"title\":\"A receive that "
                 "nobody serves\","
                 "\"expected\":\"1 task in chan receive\",\"control\":false,\"plain\":false}");
    expect_match(said, "\\{\"id\":\"stop_is_not_close\",[^{]*\"control\":false,\"plain\":true\\}");
    char pattern[256];
    snprintf(pattern, sizeof pattern,
             "\\{\"id\":\"%s\",[^{]*\"control\":true,\"plain\":(true|false)\\}",
             controls[controls_length - 1].id);
    expect_match(said, pattern);
    free(said);
    served.debug = false;
    served.pair = catalog_find("full_buffer");
    said = live_json_pairs(&live);
    expect_words(said, "{\"served\":\"full_buffer\",\"debug\":false,");
    free(said);
    assert_ptr_equal(live_json_pair("full_buffer"), served.pair);
    assert_ptr_equal(live_json_pair(controls[0].id), &controls[0]);
    assert_null(live_json_pair("none"));
    assert_null(live_json_pair(NULL));
    said = live_json_source(served.pair);
    expect_words(said, "{\"leak\":{\"path\":\"leaks/pitfalls/full_buffer.c\",\"text\":\"");
    expect_words(said, "\"fix\":{\"path\":\"fixes/pitfalls/full_buffer.c\",\"text\":\"");
    free(said);
    said = live_json_source(&controls[0]);
    expect_words(said, "{\"leak\":null,\"fix\":{\"path\":\"harness/controls/");
    free(said);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_that_is_told),
        cmocka_unit_test(time_left_is_a_number_while_it_runs),
        cmocka_unit_test(pairs_and_their_sources_are_told),
    };
    return cmocka_run_group_tests_name("live: told", tests, NULL, NULL);
}
