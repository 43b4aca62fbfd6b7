/* The live page's other side: both halves as processes, steered by commands, told by events. */
#include "test/live_events.h"
#include "test/service.h"

#include "catalog.h"
#include <jansson.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* --- Tests ------------------------------------------------------------------------------------ */

static void the_page_is_told_what_there_is(void **state)
{
    (void)state;
    struct service s = service_start("");
    json_t *pairs = json_loads(service_ask(&s, "GET /live/pairs", "").body, 0, NULL);
    assert_int_equal(json_array_size(json_object_get(pairs, "pairs")),
                     controls_length + catalog_length);
    assert_true(json_integer_value(json_object_get(pairs, "limit_most_mib")) > 32);
    json_decref(pairs);
    FOR_EACH_PAIR (pair) {
        char ask[128];
        snprintf(ask, sizeof ask, "GET /live/source?pair=%s", pair->id);
        json_t *sources = json_loads(service_ask(&s, ask, "").body, 0, NULL);
        const char *leak, *fix, *path;
        assert_int_equal(json_unpack(sources, "{s:{s:s, s:s}, s:{s:s}}", "leak", "path", &path,
                                     "text", &leak, "fix", "text", &fix),
                         0);
        snprintf(ask, sizeof ask, "void leak_%s(", pair->id);
        assert_non_null(strstr(leak, ask));
        snprintf(ask, sizeof ask, "void fix_%s(", pair->id);
        assert_non_null(strstr(fix, ask));
        json_decref(sources);
    }
    service_end(&s, SIGTERM);
}

static void wrong_commands_are_refused(void **state)
{
    (void)state;
    static const char *const bodies[] = {
        "",
        "[]",
        "{",
        "\"channel_receive\"",
        "{\"pair\":\"channel_receive\"}",
        START("nothing", 10, 64),
        START("channel_receive", 0, 64),
        START("channel_receive", -1, 64),
        START("channel_receive", 20001, 64),
        START("channel_receive", 1e400, 64),
        START("channel_receive", "10", 64),
        START("channel_receive", 10, 31),
        START("channel_receive", 10, 1000000000),
        START("channel_receive", 10, 64.5),
        START("channel_receive", 10, 9223372036854775807),
        "{\"pair\":\"channel_receive\",\"pair\":\"x\",\"rate\":1,\"memory_limit_mib\":64}",
    };
    struct service s = service_start("");
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++)
        live_command(&s, "/live/start", bodies[i], 400);
    live_command(&s, "/live/steer", "{\"rate\":10}", 409);
    live_command(&s, "/live/stop", "{}", 409);
    assert_true(isnan(service_metric(&s, "leaklab_live_tasks{pair=\"x\",variant=\"leak\"}")));
    assert_int_equal(service_end(&s, SIGTERM), 0);
}

/* Tasks of the leak, of the fix, and the leak's again as its two profiles tell. */
struct views {
    double leak, fix, text, json;
};

static struct views look_at_all(const struct service *s)
{
    static const char name[] = "leaklab_live_tasks{pair=\"channel_receive\",variant=\"%s\"}";
    struct views views = {.text = -1};
    char metric[128];
    snprintf(metric, sizeof metric, name, "leak");
    views.leak = service_metric(s, metric);
    snprintf(metric, sizeof metric, name, "fix");
    views.fix = service_metric(s, metric);
    struct answer profile = service_ask(s, "GET /debug/pprof/goroutine?variant=leak&debug=1", "");
    sscanf(profile.body, "goroutine profile: total %lf\n", &views.text);
    struct answer each = service_ask(s, "GET /debug/pprof/goroutine?variant=leak&debug=2", "");
    assert_int_equal(strncmp(each.body, "goroutine ", strlen("goroutine ")), 0);
    json_t *dump = json_loads(service_ask(s, "GET /live/profile?variant=leak", "").body, 0, NULL);
    views.json = (double)json_integer_value(json_object_get(dump, "total"));
    json_decref(dump);
    return views;
}

/* Paused, nothing moves: the page's stream, /metrics and pprof must then come to say the same. A case
 * that the system has kept waiting pauses when its turn comes. */
static void all_views_show_the_same(void **state)
{
    (void)state;
    struct service s = service_start("");
    int client = live_listen(&s);
    live_command(&s, "/live/start", START("channel_receive", 500, 256), 200);
    live_await_state(client, "channel_receive", "running", "running");
    live_await_requests(client, 200);
    live_command(&s, "/live/steer", "{\"paused\":1}", 400);
    live_command(&s, "/live/steer", "{\"paused\":true}", 200);
    for (bool alike = false; !alike;) {
        json_t *looks = live_event(client, "look");
        double requests = (double)live_looked(looks, "leak", 2),
               tasks = (double)live_looked(looks, "leak", 1);
        double fix = (double)live_looked(looks, "fix", 1);
        json_decref(looks);
        struct views views = look_at_all(&s);
        alike = fix == 1 && views.fix == 1 && views.leak == tasks && views.text == tasks &&
                views.json == tasks && tasks >= requests;
    }
    close(client);
    service_end(&s, SIGTERM);
}

/* Both cases, its children, are called as their pair in ps and top. */
static void expect_children_called(const struct service *s, const char *name)
{
    char path[64], children[256] = "", comm[32];
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)s->pid, (int)s->pid);
    FILE *f = fopen(path, "re");
    assert_non_null(f);
    assert_non_null(fgets(children, sizeof children, f));
    fclose(f);
    int count = 0;
    for (char *pid = strtok(children, " "); pid; pid = strtok(NULL, " "), count++) {
        snprintf(path, sizeof path, "/proc/%s/comm", pid);
        assert_non_null(f = fopen(path, "re"));
        assert_non_null(fgets(comm, sizeof comm, f));
        fclose(f);
        comm[strcspn(comm, "\n")] = 0;
        assert_string_equal(comm, name);
    }
    assert_int_equal(count, VARIANTS);
}

static void stopped_it_is_judged(void **state)
{
    (void)state;
    struct service s = service_start("");
    int client = live_listen(&s);
    live_command(&s, "/live/start", START("full_buffer", 1000, 256), 200);
    live_await_state(client, "full_buffer", "running", "running");
    live_await_requests(client, 300);
    expect_children_called(&s, "full_buffer");
    live_command(&s, "/live/stop", "{}", 200);
    live_await_state(client, "full_buffer", "settled", "settled");
    json_t *verdict = live_event(client, "verdict");
    const char *leak, *leak_kind, *fix, *fix_kind;
    assert_int_equal(json_unpack(verdict, "{s:{s:s, s:s}, s:{s:s, s:s}}", "leak", "words", &leak,
                                 "kind", &leak_kind, "fix", "words", &fix, "kind", &fix_kind),
                     0);
    assert_non_null(
        strstr(leak, "LEAK 1.000 task/request, chan send at leaks/pitfalls/full_buffer.c:"));
    assert_string_equal(leak_kind, "leak");
    assert_string_equal(fix_kind, "clean");
    json_decref(verdict);
    /* And the profile can still be looked at. */
    assert_int_equal(service_ask(&s, "GET /debug/pprof/goroutine?variant=leak", "").status, 200);
    close(client);
    service_end(&s, SIGTERM);
}

static void the_verdict_firms_up(void **state)
{
    (void)state;
    struct service s = service_start("");
    int client = live_listen(&s);
    live_command(&s, "/live/start", START("wait_group", 500, 256), 200);
    for (;;) {
        json_t *verdict = live_event(client, "verdict");
        const char *leak = "", *fix = "", *words = "";
        json_unpack(verdict, "{s:{s:s, s:s}, s:{s:s}}", "leak", "kind", &leak, "words", &words,
                    "fix", "kind", &fix);
        bool firm = strcmp(leak, "leak") == 0 && strcmp(fix, "clean") == 0;
        if (firm) /* a handler and a worker each */
            assert_non_null(strstr(words, "Leaking: 2.0"));
        json_decref(verdict);
        if (firm)
            break;
    }
    close(client);
    service_end(&s, SIGTERM);
}

/* Requests that never return make the p99 what it is: never. */
static void latency_counts_those_that_never_return(void **state)
{
    (void)state;
    struct service s = service_start("");
    int client = live_listen(&s);
    live_command(&s, "/live/start", START("wait_group", 500, 256), 200);
    for (;;) {
        json_t *looks = live_event(client, "look");
        const char *p99 = json_string_value(json_array_get(json_object_get(looks, "leak"), 4));
        bool never = p99 && strcmp(p99, "never") == 0;
        bool known = json_is_number(json_array_get(json_object_get(looks, "fix"), 4));
        json_decref(looks);
        if (never && known)
            break;
    }
    close(client);
    service_end(&s, SIGTERM);
}

static void at_its_limit_a_case_dies_and_the_other_lives(void **state)
{
    (void)state;
    if (support_is_instrumented()) {
        support_skip("the checkers alone take more than the limit");
    }
    struct service s = service_start("");
    int client = live_listen(&s);
    live_command(&s, "/live/start", START("defer_myth", 20000, 32), 200);
    live_await_state(client, "defer_myth", "dead", "running");
    json_t *verdict = live_event(client, "verdict");
    const char *words = "", *kind = "";
    json_unpack(verdict, "{s:{s:s, s:s}}", "leak", "words", &words, "kind", &kind);
    assert_string_equal(kind, "dead");
    assert_non_null(strstr(words, "its resident set went over 32 MiB"));
    json_decref(verdict);
    assert_int_equal(service_ask(&s, "GET /live/profile?variant=leak", "").status, 404);
    assert_int_equal(service_ask(&s, "GET /live/profile?variant=fix", "").status, 200);
    close(client);
    service_end(&s, SIGTERM);
}

static void a_new_run_takes_the_place_of_the_old(void **state)
{
    (void)state;
    struct service s = service_start("");
    int client = live_listen(&s);
    static const char *const names[] = {
        "leaklab_live_tasks{pair=\"channel_receive\",variant=\"leak\"}",
        "leaklab_live_tasks{pair=\"channel_close\",variant=\"leak\"}",
    };
    live_command(&s, "/live/start", START("channel_receive", 100, 64), 200);
    live_await_state(client, "channel_receive", "running", "running");
    live_command(&s, "/live/start", START("channel_close", 100, 64), 200);
    live_await_state(client, "channel_close", "running", "running");
    assert_true(isnan(service_metric(&s, names[0])));
    assert_false(isnan(service_metric(&s, names[1])));
    close(client);
    service_end(&s, SIGTERM);
}

/* A second page is told what the first has seen. */
static void a_page_that_comes_late_is_told_all(void **state)
{
    (void)state;
    struct service s = service_start("");
    int first = live_listen(&s);
    live_command(&s, "/live/start", START("channel_close", 500, 64), 200);
    live_await_state(first, "channel_close", "running", "running");
    live_await_requests(first, 100);
    int second = live_listen(&s);
    json_t *told = live_event(second, "state"), *history = live_event(second, "history");
    assert_string_equal(json_string_value(json_object_get(told, "pair")), "channel_close");
    assert_true(json_array_size(json_object_get(history, "leak")) > 0);
    json_decref(told);
    json_decref(history);
    close(first);
    close(second);
    service_end(&s, SIGTERM);
}

static void at_the_end_streams_end_and_cases_go(void **state)
{
    (void)state;
    const char *rest;
    struct service s = service_start("");
    int client = live_listen(&s);
    live_command(&s, "/live/start", START("channel_receive", 100, 64), 200);
    live_await_state(client, "channel_receive", "running", "running");
    assert_int_equal(service_end(&s, SIGTERM), 0);
    assert_true(service_read_to_end(client, &rest));
    assert_non_null(strstr(rest, "\r\n0\r\n\r\n")); /* the last chunk: a whole answer */
    close(client);
}

/* Streams that their clients leave, in whatever state, leave nothing behind. */
static void pages_may_leave(void **state)
{
    (void)state;
    struct service s = service_start("");
    for (int i = 0; i < 50; i++) {
        int client = live_listen(&s);
        if (i % 2)
            assert_non_null(live_line(client, "event: state"));
        close(client);
    }
    service_await_baseline(&s);
    assert_int_equal(service_end(&s, SIGTERM), 0);
}

/* Who only holds on to streams keeps nobody out: the oldest has to go, and is told why. */
static void of_too_many_pages_the_oldest_goes(void **state)
{
    (void)state;
    enum { STREAMS = 32 };
    struct service s = service_start("");
    int oldest = live_listen(&s), many[STREAMS];
    assert_non_null(live_line(oldest, "event: state"));
    for (int i = 0; i < STREAMS; i++) {
        many[i] = live_listen(&s);
        assert_non_null(live_line(many[i], "event: state"));
    }
    assert_non_null(live_line(oldest, "event: crowded"));
    assert_non_null(live_line(oldest, "0\r")); /* the last chunk */
    live_command(&s, "/live/start", START("channel_receive", 100, 64), 200);
    for (int i = 0; i < STREAMS; i++) {
        assert_non_null(live_line(many[i], "event: look"));
        close(many[i]);
    }
    close(oldest);
    assert_int_equal(service_end(&s, SIGTERM), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_page_is_told_what_there_is),
        cmocka_unit_test(wrong_commands_are_refused),
        cmocka_unit_test(all_views_show_the_same),
        cmocka_unit_test(stopped_it_is_judged),
        cmocka_unit_test(the_verdict_firms_up),
        cmocka_unit_test(latency_counts_those_that_never_return),
        cmocka_unit_test(at_its_limit_a_case_dies_and_the_other_lives),
        cmocka_unit_test(a_new_run_takes_the_place_of_the_old),
        cmocka_unit_test(a_page_that_comes_late_is_told_all),
        cmocka_unit_test(at_the_end_streams_end_and_cases_go),
        cmocka_unit_test(pages_may_leave),
        cmocka_unit_test(of_too_many_pages_the_oldest_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
