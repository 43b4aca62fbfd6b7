/* The live page's runs while nobody watches, while nothing moves, and of one half alone: nobody waits for
 * ever, and nothing wrong is said meanwhile. */
#include "test/live_events.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *verdict_of(int client, const char *half, const char **kind)
{
    static char words[1024], kinds[32];
    json_t *verdict = live_event(client, "verdict"), *of = json_object_get(verdict, half);
    const char *said = json_string_value(json_object_get(of, "words")),
               *is = json_string_value(json_object_get(of, "kind"));
    snprintf(words, sizeof words, "%s", said ? said : ""); /* "": it is not there yet */
    snprintf(kinds, sizeof kinds, "%s", is ? is : "");
    *kind = kinds;
    json_decref(verdict);
    return words;
}

static void a_run_that_nobody_watches_ends(void **state)
{
    (void)state;
    static const char tasks[] = "leaklab_live_tasks{pair=\"channel_receive\",variant=\"fix\"}";
    const char *kind;
    struct service s = service_start("--unwatched 300ms");
    live_command(&s, "/live/start", START("channel_receive", 10, 64), 200);
    while (!isnan(service_metric(&s, tasks)))
        usleep(10000);
    int client = live_listen(&s); /* who comes later is told what became of it */
    const char *words = verdict_of(client, "fix", &kind);
    assert_string_equal(kind, "ended");
    assert_string_equal(words, "Ended: no page has watched it for 0.3 s");
    live_command(&s, "/live/start", START("channel_receive", 100, 64), 200);
    live_await_state(client, "channel_receive", "running", "running"); /* and now one does */
    live_await_requests(client, 100);
    live_command(&s, "/live/stop", "", 200);
    live_await_state(client, "channel_receive", "settled", "settled");
    close(client);
    while (!isnan(service_metric(&s, tasks)))
        usleep(10000);
    client = live_listen(&s); /* a judgement is kept */
    words = verdict_of(client, "fix", &kind);
    assert_string_equal(kind, "clean");
    assert_non_null(strstr(words, "Judged: "));
    close(client);
    assert_int_equal(service_end(&s, SIGTERM), 0);
}

/* The process that runs so; the service's own child. */
static pid_t child_of(const struct service *s, const char *variant)
{
    char path[64], pids[256] = "", line[256];
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)s->pid, (int)s->pid);
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    assert_non_null(fgets(pids, sizeof pids, file));
    fclose(file);
    for (char *pid = strtok(pids, " "); pid; pid = strtok(NULL, " ")) {
        snprintf(path, sizeof path, "/proc/%s/cmdline", pid);
        size_t length = (file = fopen(path, "re")) ? fread(line, 1, sizeof line - 1, file) : 0;
        line[length] = 0;
        if (file)
            fclose(file);
        if (length > 1 + strlen(variant) &&
            strcmp(line + length - 1 - strlen(variant), variant) == 0)
            return (pid_t)strtol(pid, NULL, 10);
    }
    fail_msg("no case of %s runs", variant);
    return 0;
}

/* However slow the machine is: a case that did not start in time is started again. */
static void start_until_it_runs(const struct service *s, int client)
{
    for (;;) {
        live_command(s, "/live/start", START("channel_receive", 100, 64), 200);
        for (const char *leak = "", *fix = ""; strcmp(leak, "dead") && strcmp(fix, "dead");) {
            json_t *told = live_event(client, "state");
            json_unpack(told, "{s:{s:s, s:s}}", "cases", "leak", &leak, "fix", &fix);
            bool runs = strcmp(leak, "running") == 0 && strcmp(fix, "running") == 0;
            json_decref(told);
            leak = fix = "";
            if (runs)
                return;
        }
    }
}

/* Until both have settled or died. Whether the leak has settled. */
static bool leak_settles(int client)
{
    for (;;) {
        const char *leak = "", *fix = "";
        json_t *told = live_event(client, "state");
        json_unpack(told, "{s:{s:s, s:s}}", "cases", "leak", &leak, "fix", &fix);
        bool settled = strcmp(leak, "settled") == 0,
             over = strcmp(fix, "dead") == 0 && (settled || strcmp(leak, "dead") == 0);
        json_decref(told);
        if (over)
            return settled;
    }
}

/* However slow the machine is: where the leak does not settle in time either, it is all done again. */
static void a_stopped_case_is_not_awaited(void **state)
{
    (void)state;
    const char *kind, *words;
    struct service s = service_start("--case-timeout 2s");
    int client = live_listen(&s);
    do {
        start_until_it_runs(&s, client);
        live_await_requests(client, 20);
        kill(child_of(&s, "fix"), SIGSTOP);
        assert_int_equal(service_ask(&s, "GET /live/profile?variant=fix", "").status, 503);
        do
            words = verdict_of(client, "fix", &kind);
        while (!strstr(words, "Stands still: no request for "));
        assert_string_equal(kind, "unsure");
        live_command(&s, "/live/stop", "", 200);
    } while (!leak_settles(client));
    words = verdict_of(client, "fix", &kind);
    assert_string_equal(words, "Dead: killed: it did not settle in 2 s");
    start_until_it_runs(&s, client); /* and the next run begins */
    close(client);
    assert_int_equal(service_end(&s, SIGTERM), 0);
}

/* What was found stays on the page while nothing moves. */
static void pausing_keeps_the_verdict(void **state)
{
    (void)state;
    const char *kind = "";
    struct service s = service_start("");
    int client = live_listen(&s);
    live_command(&s, "/live/start", START("channel_receive", 500, 256), 200);
    while (strcmp(kind, "leak") != 0)
        verdict_of(client, "leak", &kind);
    live_command(&s, "/live/steer", "{\"paused\":true}", 200);
    for (int i = 0; i < 5; i++) {
        verdict_of(client, "leak", &kind);
        assert_string_equal(kind, "leak");
    }
    live_command(&s, "/live/steer", "{\"paused\":false}", 200);
    for (int i = 0; i < 3; i++) {
        verdict_of(client, "leak", &kind);
        assert_string_equal(kind, "leak");
    }
    close(client);
    assert_int_equal(service_end(&s, SIGTERM), 0);
}

/* What is held goes by itself: no limit is forecast for it, nor for a fix. */
static void no_limit_is_forecast_for_what_levels_off(void **state)
{
    (void)state;
    struct service s = service_start("");
    int client = live_listen(&s), grew = 0;
    live_command(&s, "/live/start", START("timer_in_loop", 500, 256), 200);
    while (grew < 15) { /* of a leak a forecast is made after ten seconds */
        const char *kind = "";
        json_t *verdict = live_event(client, "verdict"), *leak_left, *fix_left;
        bool both = json_unpack(verdict, "{s:{s:s, s:o}, s:{s:o}}", "leak", "kind", &kind,
                                "seconds_left", &leak_left, "fix", "seconds_left", &fix_left) == 0;
        if (both) /* started */
            assert_true(json_is_null(leak_left) && json_is_null(fix_left));
        assert_string_not_equal(kind, "leak");
        grew += strcmp(kind, "grows") == 0;
        json_decref(verdict);
    }
    close(client);
    assert_int_equal(service_end(&s, SIGTERM), 0);
}

/* The third case: the same leak, whose tasks are ended as they are proven to be leaked. */
static void a_leak_is_recovered_beside_itself(void **state)
{
    (void)state;
    if (support_is_instrumented()) {
        support_skip("what is leaked is proven by jemalloc's heap");
    }
    const char *kind, *words;
    struct service s = service_start("");
    int client = live_listen(&s);
    live_command(
        &s, "/live/start",
        "{\"pair\":\"channel_receive\",\"rate\":200,\"memory_limit_mib\":64,\"recover\":true}",
        200);
    do
        words = verdict_of(client, "recovered", &kind);
    while (!strstr(words, "Leaking, and recovered: "));
    assert_string_equal(kind, "clean");
    assert_int_equal(service_ask(&s, "GET /live/profile?variant=recovered", "").status, 200);
    assert_false(isnan(
        service_metric(&s, "leaklab_live_tasks{pair=\"channel_receive\",variant=\"recovered\"}")));
    live_command(
        &s, "/live/start",
        "{\"pair\":\"channel_receive\",\"rate\":200,\"memory_limit_mib\":64,\"recover\":1}", 400);
    close(client);
    assert_int_equal(service_end(&s, SIGTERM), 0);
}

/* A control has one half, and what it holds is called so. */
static void a_control_is_run_too(void **state)
{
    (void)state;
    const char *kind = "", *words = "";
    struct service s = service_start("");
    json_t *source =
        json_loads(service_ask(&s, "GET /live/source?pair=poll_a_day", "").body, 0, NULL);
    assert_true(json_is_null(json_object_get(source, "leak")));
    assert_non_null(
        strstr(json_string_value(json_object_get(json_object_get(source, "fix"), "text")),
               "void control_poll_a_day("));
    json_decref(source);
    int client = live_listen(&s);
    live_command(&s, "/live/start", START("poll_a_day", 500, 256), 200);
    live_await_state(client, "poll_a_day", "idle", "running");
    while (strcmp(kind, "grows") != 0)
        words = verdict_of(client, "fix", &kind);
    assert_non_null(strstr(words, "Holding on: 1.0"));
    close(client);
    assert_int_equal(service_end(&s, SIGTERM), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_that_nobody_watches_ends),
        cmocka_unit_test(a_stopped_case_is_not_awaited),
        cmocka_unit_test(pausing_keeps_the_verdict),
        cmocka_unit_test(no_limit_is_forecast_for_what_levels_off),
        cmocka_unit_test(a_leak_is_recovered_beside_itself),
        cmocka_unit_test(a_control_is_run_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
