/* Pairs of plain C behind the service and on the live page: what is open is counted, told with who made it, and judged. */
#include "test/live_events.h"
#include "test/service.h"
#include "test/words.h"

#include <jansson.h>
#include <signal.h>
#include <unistd.h>

/* --- Behind HTTP ---------------------------------------------------------------------------------- */

static void ask_for_work(const struct service *s, int times)
{
    for (int i = 0; i < times; i++)
        assert_int_equal(service_ask(s, "GET /work", "").status, 200);
}

static void what_a_request_leaves_open_is_counted_and_told(void **state)
{
    (void)state;
    struct service s = service_start("stop_is_not_close");
    assert_true(service_metric(&s, "leaklab_handles{type=\"timer\"}") == 0); /* it has its own */
    ask_for_work(&s, 3);
    assert_true(service_metric(&s, "leaklab_handles{type=\"timer\"}") == 3);
    assert_true(service_metric(&s, "leaklab_descriptors") == 0);
    assert_true(service_metric(&s, "leaklab_threads") == 0);
    struct answer words = service_ask(&s, "GET /debug/pprof/census?debug=1", "");
    assert_int_equal(words.status, 200);
    expect_words(words.body, "3 handles, 0 descriptors and 0 threads: stop_is_not_close\n");
    expect_match(words.body, "made at leaks/libuv/stop_is_not_close.c:[0-9]+ in leak_stop_is_");
    json_t *census = json_loads(service_ask(&s, "GET /debug/pprof/census?debug=2", "").body, 0, 0);
    assert_int_equal(json_integer_value(json_object_get(census, "handles")), 3);
    json_decref(census);
    struct answer packed = service_ask(&s, "GET /debug/pprof/census", "");
    assert_memory_equal(packed.body, "\x1f\x8b", 2); /* gzip */
    assert_int_equal(service_ask(&s, "GET /debug/pprof/census?debug=3", "").status, 400);
    assert_int_equal(service_end(&s, SIGTERM), 1);
    expect_words(service_said(), "3 timer handles, stopped\n");
    expect_words(service_said(), "all tasks are gone, and the pair has left what stands above");
}

static void a_fix_leaves_nothing(void **state)
{
    (void)state;
    struct service s = service_start("stop_is_not_close --variant fix");
    ask_for_work(&s, 3);
    service_await(&s, "leaklab_handles{type=\"timer\"}", 0);
    assert_int_equal(service_end(&s, SIGTERM), 0);
}

static const char pool_runs[] = "work requests, running in the thread pool\n";

/* The pool's threads take the work when their turn comes: a request may be answered before. */
static void await_running_pool(const struct service *s)
{
    while (!strstr(service_ask(s, "GET /debug/pprof/census?debug=1", "").body, pool_runs))
        usleep(10000);
}

/* The pool's threads wait for ever, and libuv would wait for them. */
static void it_ends_though_the_pool_does_not(void **state)
{
    (void)state;
    struct service s = service_start("pool_starved");
    ask_for_work(&s, 5);
    assert_true(service_metric(&s, "leaklab_requests_in_flight") >= 5);
    assert_true(service_metric(&s, "leaklab_descriptors") == 10);
    await_running_pool(&s);
    assert_int_equal(service_end(&s, SIGTERM), 1);
    expect_words(service_said(), pool_runs);
}

static void threads_and_queued_bytes_are_counted(void **state)
{
    (void)state;
    struct service s = service_start("waits_for_ever");
    ask_for_work(&s, 2);
    assert_true(service_metric(&s, "leaklab_threads") == 2);
    assert_int_equal(service_end(&s, SIGTERM), 1);
    s = service_start("write_queue");
    ask_for_work(&s, 2);
    assert_true(service_metric(&s, "leaklab_queued_bytes") == 2 * 4096);
    assert_true(service_metric(&s, "leaklab_requests_in_flight") == 2 * 4);
    assert_int_equal(service_end(&s, SIGTERM), 1);
}

static void of_tasks_there_is_no_census(void **state)
{
    (void)state;
    struct service s = service_start("channel_receive --variant fix");
    assert_int_equal(service_ask(&s, "GET /debug/pprof/census", "").status, 404);
    expect_no_words(service_ask(&s, "GET /metrics", "").body, "leaklab_handles");
    assert_int_equal(service_end(&s, SIGTERM), 0);
}

/* --- On the page ---------------------------------------------------------------------------------- */

enum { HANDLES = 6, IN_FLIGHT, DESCRIPTORS, THREADS }; /* of a look */

static void on_the_page_both_halves_run_and_are_judged(void **state)
{
    (void)state;
    struct service s = service_start("");
    int client = live_listen(&s);
    live_command(&s, "/live/start", START("half_open_peer", 500, 256), 200);
    live_await_state(client, "half_open_peer", "running", "running");
    live_await_requests(client, 100);
    json_t *census = json_loads(service_ask(&s, "GET /live/profile?variant=leak", "").body, 0, 0);
    assert_true(json_is_true(json_object_get(census, "census")));
    assert_true(json_integer_value(json_object_get(census, "handles")) >= 400);
    json_decref(census);
    struct answer words = service_ask(&s, "GET /debug/pprof/goroutine?variant=leak&debug=1", "");
    expect_match(words.body, "made at leaks/libuv/half_open_peer.c:[0-9]+ in connect_to");
    assert_true(service_metric(
                    &s, "leaklab_live_handles{pair=\"half_open_peer\",variant=\"leak\"}") >= 400);
    json_t *looks = live_event(client, "look");
    assert_true(live_looked(looks, "leak", HANDLES) >= 400);
    assert_true(live_looked(looks, "leak", DESCRIPTORS) >= 200);
    assert_int_equal(live_looked(looks, "leak", THREADS), 0);
    json_decref(looks);
    live_command(&s, "/live/stop", "{}", 200);
    live_await_state(client, "half_open_peer", "settled", "settled");
    json_t *verdict = live_event(client, "verdict");
    const char *leak = "", *kind = "";
    json_unpack(verdict, "{s:{s:s}, s:{s:s}}", "leak", "words", &leak, "fix", "kind", &kind);
    expect_words(leak, "LEAK 4.000 handle/request");
    assert_string_equal(kind, "clean");
    json_decref(verdict);
    assert_int_equal(service_ask(&s, "GET /live/profile?variant=leak", "").status, 200);
    close(client);
    assert_int_equal(service_end(&s, SIGTERM), 0);
}

/* Bytes are counted by a walk over all handles, which no request pays for. */
static void on_the_page_bytes_in_queues_are_up_to_date(void **state)
{
    (void)state;
    static const char name[] = "leaklab_live_%s{pair=\"write_queue\",variant=\"leak\"}";
    char queued[96], sent[96];
    snprintf(queued, sizeof queued, name, "queued_bytes");
    snprintf(sent, sizeof sent, name, "requests_total");
    struct service s = service_start("");
    int client = live_listen(&s);
    live_command(&s, "/live/start", START("write_queue", 500, 256), 200);
    live_await_state(client, "write_queue", "running", "running");
    live_await_requests(client, 50);
    live_command(&s, "/live/steer", "{\"paused\":true}", 200);
    while (service_metric(&s, queued) < 4096 * service_metric(&s, sent))
        json_decref(live_event(client, "look"));
    close(client);
    assert_int_equal(service_end(&s, SIGTERM), 0);
}

static void the_verdict_names_what_grows(void **state)
{
    (void)state;
    struct service s = service_start("");
    int client = live_listen(&s);
    live_command(&s, "/live/start", START("blocked_in_read", 50, 256), 200);
    for (bool firm = false; !firm;) {
        json_t *verdict = live_event(client, "verdict");
        const char *kind = "", *words = "";
        json_unpack(verdict, "{s:{s:s, s:s}}", "leak", "kind", &kind, "words", &words);
        firm = strcmp(kind, "leak") == 0;
        if (firm)
            expect_match(words, "^Leaking: [0-9.]+ descriptors a request .*, [0-9.]+ threads a");
        json_decref(verdict);
    }
    close(client);
    assert_int_equal(service_end(&s, SIGTERM), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_request_leaves_open_is_counted_and_told),
        cmocka_unit_test(a_fix_leaves_nothing),
        cmocka_unit_test(it_ends_though_the_pool_does_not),
        cmocka_unit_test(threads_and_queued_bytes_are_counted),
        cmocka_unit_test(of_tasks_there_is_no_census),
        cmocka_unit_test(on_the_page_both_halves_run_and_are_judged),
        cmocka_unit_test(on_the_page_bytes_in_queues_are_up_to_date),
        cmocka_unit_test(the_verdict_names_what_grows),
    };
    setenv("UV_THREADPOOL_SIZE", "4", 1); /* whatever the environment says */
    return cmocka_run_group_tests_name("serve: plain C", tests, NULL, NULL);
}
