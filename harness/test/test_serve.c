/* `leaklab serve`: what it answers, whom it waits for, and what it leaves behind. */
#include "test/service.h"

#include <arpa/inet.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define GET_WORK "GET /work HTTP/1.1\r\nHost: localhost\r\n\r\n"

static void expect_end(const struct service *s, int status)
{
    int ended = service_end(s, SIGTERM);
    if (ended != status)
        fail_msg("exit status %d instead of %d: %s", ended, status, service_said());
}

/* --- /work ------------------------------------------------------------------------------------ */

static void a_request_is_a_task_that_a_fix_takes_back(void **state)
{
    (void)state;
    struct service s = service_start("channel_receive --variant fix");
    for (int i = 0; i < 20; i++)
        assert_int_equal(service_ask(&s, "GET /work", "").status, 200);
    assert_true(service_metric(&s, "leaklab_tasks_spawned_total") == 1 + 2 * 20);
    assert_true(service_metric(&s, "leaklab_work_requests_total{outcome=\"ok\"}") == 20);
    assert_true(service_metric(&s, "leaklab_work_duration_seconds_count") == 20);
    assert_true(service_metric(&s, "leaklab_work_duration_seconds_bucket{le=\"+Inf\"}") == 20);
    /* Who took longer than five seconds, each with five of the sum. */
    double within = service_metric(&s, "leaklab_work_duration_seconds_bucket{le=\"5\"}"),
           sum = service_metric(&s, "leaklab_work_duration_seconds_sum");
    assert_true(sum > 0 && within <= 20 && 20 - within <= sum / 5);
    service_await_baseline(&s);
    expect_end(&s, 0);
}

static void a_leak_keeps_one_and_the_end_names_it(void **state)
{
    (void)state;
    struct service s = service_start("channel_receive --variant leak");
    for (int i = 0; i < 20; i++)
        assert_int_equal(service_ask(&s, "GET /work", "").status, 200);
    assert_true(service_metric(&s, "leaklab_tasks") == 21);
    assert_true(service_metric(&s, "leaklab_tasks_waiting{reason=\"chan receive\"}") == 20);
    expect_end(&s, 1);
    assert_non_null(strstr(service_said(), "20 tasks would not go"));
    assert_non_null(strstr(service_said(), "leaks/pitfalls/channel_receive.c:"));
    assert_null(strstr(service_said(), "can not say where they are"));
}

static void a_deadline_cancels(void **state)
{
    (void)state;
    struct service s = service_start("context_cancel --variant fix --deadline 20ms");
    struct answer answer = service_ask(&s, "GET /work", "");
    assert_int_equal(answer.status, 504);
    assert_true(service_metric(&s, "leaklab_work_requests_total{outcome=\"deadline_exceeded\"}") ==
                1);
    service_await_baseline(&s);
    expect_end(&s, 0);
}

static void a_handler_that_does_not_return_is_given_up(void **state)
{
    (void)state;
    struct service s = service_start("wait_group --variant leak --deadline 20ms");
    assert_int_equal(service_ask(&s, "GET /work", "").status, 504);
    assert_true(service_metric(&s, "leaklab_work_given_up_total") == 1);
    assert_true(service_metric(&s, "leaklab_work_in_flight") == 1);
    service_await(&s, "leaklab_http_connections", 1);
    expect_end(&s, 1);
    assert_non_null(strstr(service_said(), "1 handlers did not return"));
}

static void without_an_id_there_is_no_work(void **state)
{
    (void)state;
    struct service s = service_start("");
    assert_int_equal(service_ask(&s, "GET /work", "").status, 404);
    assert_int_equal(service_ask(&s, "GET /", "").status, 200);
    expect_end(&s, 0);
}

/* --- Clients that leave ----------------------------------------------------------------------- */

static void leave(int client, bool by_reset)
{
    struct linger none = {.l_onoff = 1, .l_linger = 0};
    if (by_reset)
        setsockopt(client, SOL_SOCKET, SO_LINGER, &none, sizeof none);
    close(client);
}

static void expect_cancel(bool by_reset)
{
    struct service s = service_start("context_cancel --variant fix --deadline 1h");
    int client = service_connect(&s);
    service_send(client, GET_WORK);
    service_await(&s, "leaklab_work_in_flight", 1);
    leave(client, by_reset);
    service_await(&s, "leaklab_work_requests_total{outcome=\"client_gone\"}", 1);
    service_await_baseline(&s);
    expect_end(&s, 0);
}

static void a_client_that_leaves_cancels(void **state)
{
    (void)state;
    expect_cancel(false);
}

static void a_client_that_resets_cancels(void **state)
{
    (void)state;
    expect_cancel(true);
}

static void a_leak_outlives_its_client(void **state)
{
    (void)state;
    struct service s = service_start("context_cancel --variant leak --deadline 1h");
    int client = service_connect(&s);
    service_send(client, GET_WORK);
    service_await(&s, "leaklab_work_in_flight", 1);
    close(client);
    service_await(&s, "leaklab_work_in_flight", 0);
    assert_true(service_metric(&s, "leaklab_tasks") == 2);
    expect_end(&s, 1);
}

static void a_hundred_that_leave_leave_nothing(void **state)
{
    (void)state;
    enum { CLIENTS = 100 };
    int clients[CLIENTS];
    struct service s = service_start("context_cancel --variant fix --deadline 1h");
    for (int i = 0; i < CLIENTS; i++) {
        clients[i] = service_connect(&s);
        service_send(clients[i], GET_WORK);
    }
    service_await(&s, "leaklab_work_in_flight", CLIENTS);
    for (int i = 0; i < CLIENTS; i++)
        leave(clients[i], i % 2);
    service_await(&s, "leaklab_work_requests_total{outcome=\"client_gone\"}", CLIENTS);
    service_await_baseline(&s);
    expect_end(&s, 0);
}

/* --- The protocol ----------------------------------------------------------------------------- */

static void connections_are_kept(void **state)
{
    (void)state;
    struct service s = service_start("full_buffer --variant fix");
    int client = service_connect(&s);
    for (int i = 0; i < 3; i++) {
        service_send(client, GET_WORK);
        assert_int_equal(service_read(client).status, 200);
    }
    service_send(client, GET_WORK GET_WORK GET_WORK); /* all at once, answered in turn */
    for (int i = 0; i < 3; i++)
        assert_int_equal(service_read(client).status, 200);
    assert_true(service_metric(&s, "leaklab_http_connections_total") == 2);
    close(client);
    service_await_baseline(&s);
    expect_end(&s, 0);
}

static void head_has_no_body_and_1_0_closes(void **state)
{
    (void)state;
    const char *all;
    struct service s = service_start("channel_close --variant fix");
    int client = service_connect(&s);
    service_send(client, "HEAD /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assert_true(service_read_to_end(client, &all));
    assert_non_null(strstr(all, "Content-Length: 3"));
    assert_string_equal(strstr(all, "\r\n\r\n"), "\r\n\r\n");
    close(client);
    client = service_connect(&s);
    service_send(client, "GET /work HTTP/1.0\r\n\r\n");
    assert_true(service_read_to_end(client, &all));
    assert_non_null(strstr(all, "\r\n\r\ndone\n"));
    close(client);
    expect_end(&s, 0);
}

static void wrong_methods_paths_and_sizes_have_their_status(void **state)
{
    (void)state;
    struct service s = service_start("channel_close --variant fix");
    static const struct {
        const char *ask;
        int status;
    } cases[] = {
        {"POST /work", 405},
        {"DELETE /work", 405},
        {"BREW /work", 405},
        {"GET /live/start", 405},
        {"GET /nothing", 404},
        {"GET /work/", 404},
        {"GET //work", 404},
        {"GET /../work", 404},
        {"GET /page/../page/page.js", 404},
        {"GET /page/%2e%2e/%2e%2e/etc/passwd", 404},
        {"GET /work%00", 400},
        {"GET /page/", 404},
        {"GET /debug/pprof/nothing", 404},
        {"GET /debug/pprof", 301},
        {"GET /debug/pprof/", 200},
        {"GET /debug/pprof/symbol", 200},
        {"GET /debug/pprof/heap", 501}, /* without MALLOC_CONF */
        {"GET /debug/pprof/goroutine?debug=3", 400},
        {"GET /debug/pprof/goroutine?debug=x", 400},
        {"GET /debug/pprof/goroutine?seconds=1", 400},
        {"GET /work?and=more", 200},
        {"GET /live/source?pair=nothing", 404},
        {"GET /live/profile", 400},
        {"GET /live/profile?variant=leak", 404},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int status = service_ask(&s, cases[i].ask, "").status;
        if (status != cases[i].status)
            fail_msg("%s: %d instead of %d", cases[i].ask, status, cases[i].status);
    }
    struct answer index = service_ask(&s, "GET /debug/pprof/", "");
    assert_non_null(strstr(index.head, "text/html"));
    assert_non_null(strstr(index.body, "<a href=\"goroutine?debug=1\">"));
    assert_non_null(
        strstr(service_ask(&s, "GET /debug/pprof/symbol", "").body, "num_symbols: 1\n"));
    assert_non_null(strstr(service_ask(&s, "DELETE /work", "").head, "\r\nAllow: GET, HEAD\r\n"));
    assert_int_equal(service_ask(&s, "POST /live/start", "Content-Length: 4097\r\n").status, 413);
    service_await_baseline(&s);
    expect_end(&s, 0);
}

static void headers_and_paths_over_the_limit_are_refused(void **state)
{
    (void)state;
    enum { LARGE = 100000 };
    static char large[LARGE + 64];
    struct service s = service_start("channel_close --variant fix");
    static const char *const begins[] = {"GET /work HTTP/1.1\r\nHost: localhost\r\nX: ", "GET /"};
    static const int statuses[] = {431, 414};
    for (int i = 0; i < 2; i++) {
        int client = service_connect(&s);
        memset(large, 'x', LARGE);
        memcpy(large, begins[i], strlen(begins[i]));
        service_send(client, large);
        assert_int_equal(service_read(client).status, statuses[i]);
        close(client);
    }
    service_await_baseline(&s);
    expect_end(&s, 0);
}

static void a_body_without_a_length_is_not_awaited(void **state)
{
    (void)state;
    const char *all;
    struct service s = service_start("channel_close --variant fix");
    int client = service_connect(&s);
    service_send(client, "POST /live/start HTTP/1.1\r\nHost: localhost\r\n"
                         "Transfer-Encoding: chunked\r\n\r\n400\r\n");
    assert_true(service_read_to_end(client, &all));
    assert_non_null(strstr(all, "411 Length Required"));
    close(client);
    service_await_baseline(&s);
    expect_end(&s, 0);
}

/* --- Slow clients and many -------------------------------------------------------------------- */

/* So many were too slow, besides the test itself: each time that it was cut off was before it was answered. */
static void await_slow_clients(const struct service *s, unsigned wanted)
{
    double are;
    for (;;) {
        are = service_metric(s, "leaklab_http_slow_clients_total");
        if (are >= wanted + service_cut_off())
            break;
        usleep(1000);
    }
    assert_true(are == wanted + service_cut_off());
}

static void headers_that_never_end_are_not_awaited(void **state)
{
    (void)state;
    const char *all;
    struct service s = service_start("channel_close --variant fix --client-timeout 1s");
    int silent = service_connect(&s), half = service_connect(&s);
    service_send(half, "GET /work HTTP/1.1\r\nHost: local");
    assert_true(service_read_to_end(silent, &all));
    assert_true(service_read_to_end(half, &all));
    close(silent);
    close(half);
    await_slow_clients(&s, 2);
    service_await_baseline(&s);
    expect_end(&s, 0);
}

/* A byte now and then restarts no clock. */
static void a_trickle_is_not_awaited_either(void **state)
{
    (void)state;
    struct service s = service_start("channel_close --variant fix --client-timeout 1s");
    int client = service_connect(&s);
    service_send(client, "GET /work HTTP/1.1\r\nHost: localhost\r\nX: ");
    while (service_send(client, "x"))
        usleep(5000);
    close(client);
    await_slow_clients(&s, 1);
    expect_end(&s, 0);
}

static void a_client_that_does_not_read_is_not_awaited(void **state)
{
    (void)state;
    struct service s = service_start("channel_close --variant fix --client-timeout 1s");
    int client = service_connect(&s), small = 4096;
    setsockopt(client, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    for (int i = 0; i < 100; i++) /* 20 MB are wanted: no buffer takes that */
        service_send(client, "GET /page/chart.min.js HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await_slow_clients(&s, 1);
    service_await(&s, "leaklab_http_connections", 1);
    close(client);
    expect_end(&s, 0);
}

static void a_thousand_connections_at_once_are_served(void **state)
{
    (void)state;
    enum { CLIENTS = 1000 };
    static int clients[CLIENTS];
    struct service s = service_start("worker_loop --variant fix");
    for (int i = 0; i < CLIENTS; i++)
        clients[i] = service_connect(&s);
    for (int i = 0; i < CLIENTS; i++)
        service_send(clients[i], GET_WORK);
    for (int i = 0; i < CLIENTS; i++)
        assert_int_equal(service_read(clients[i]).status, 200);
    assert_true(service_metric(&s, "leaklab_http_connections") == CLIENTS + 1);
    for (int i = 0; i < CLIENTS; i++)
        close(clients[i]);
    service_await_baseline(&s);
    expect_end(&s, 0);
}

/* The room that one leaves is given to the next, whoever closes first: client or service. */
static void expect_room_after(bool client_closes)
{
    enum { ALLOWED = 8 };
    int clients[ALLOWED + 1];
    char byte;
    struct service s = service_start("channel_close --variant fix --connections 8");
    for (int i = 0; i <= ALLOWED; i++) {
        clients[i] = service_connect(&s);
        service_send(clients[i], GET_WORK);
    }
    for (int i = 0; i < ALLOWED; i++)
        assert_int_equal(service_read(clients[i]).status, 200);
    assert_int_equal(recv(clients[ALLOWED], &byte, 1, MSG_DONTWAIT), -1);
    if (client_closes)
        shutdown(clients[0], SHUT_RDWR);
    else
        service_send(clients[0], "GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
                                 "Connection: close\r\n\r\n");
    assert_int_equal(service_read(clients[ALLOWED]).status, 200);
    for (int i = 0; i <= ALLOWED; i++)
        close(clients[i]);
    service_await_baseline(&s);
    expect_end(&s, 0);
}

static void more_connections_than_allowed_wait_their_turn(void **state)
{
    (void)state;
    expect_room_after(true);
    expect_room_after(false);
}

/* --- The end ---------------------------------------------------------------------------------- */

static void the_end_cancels_what_is_under_way(void **state)
{
    (void)state;
    struct service s = service_start("context_cancel --variant fix --deadline 1h");
    int client = service_connect(&s), idle = service_connect(&s);
    service_send(client, GET_WORK);
    service_await(&s, "leaklab_work_in_flight", 1);
    kill(s.pid, SIGINT);
    assert_int_equal(service_read(client).status, 503);
    assert_int_equal(service_wait(&s), 0);
    assert_non_null(strstr(service_said(), "all tasks are gone"));
    close(client);
    close(idle);
}

static void asked_twice_it_ends_at_once(void **state)
{
    (void)state;
    struct service s = service_start("timer_stop --variant leak --drain 1h");
    assert_int_equal(service_ask(&s, "GET /work", "").status, 200);
    int client = service_connect(&s); /* its end is that of the service's listening */
    kill(s.pid, SIGINT);
    while (kill(s.pid, 0) == 0) {
        struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)s.port)};
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        int another = socket(AF_INET, SOCK_STREAM, 0);
        bool refused = connect(another, (struct sockaddr *)&at, sizeof at) != 0;
        close(another);
        if (refused)
            break;
    }
    assert_int_equal(service_end(&s, SIGINT), 128 + SIGINT);
    close(client);
}

static void at_the_memory_limit_it_dies(void **state)
{
    (void)state;
    struct service s = service_start("defer_myth --variant leak --memory-limit 40M");
    int client = service_connect(&s);
    for (int i = 0; i < 100000; i++) /* 8 KiB each */
        if (!service_send(client, GET_WORK) || service_read(client).status != 200)
            break;
    close(client);
    assert_int_equal(service_wait(&s), 128 + SIGKILL);
    assert_non_null(strstr(service_said(), "over the limit of 40 MiB"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_is_a_task_that_a_fix_takes_back),
        cmocka_unit_test(a_leak_keeps_one_and_the_end_names_it),
        cmocka_unit_test(a_deadline_cancels),
        cmocka_unit_test(a_handler_that_does_not_return_is_given_up),
        cmocka_unit_test(without_an_id_there_is_no_work),
        cmocka_unit_test(a_client_that_leaves_cancels),
        cmocka_unit_test(a_client_that_resets_cancels),
        cmocka_unit_test(a_leak_outlives_its_client),
        cmocka_unit_test(a_hundred_that_leave_leave_nothing),
        cmocka_unit_test(connections_are_kept),
        cmocka_unit_test(head_has_no_body_and_1_0_closes),
        cmocka_unit_test(wrong_methods_paths_and_sizes_have_their_status),
        cmocka_unit_test(headers_and_paths_over_the_limit_are_refused),
        cmocka_unit_test(a_body_without_a_length_is_not_awaited),
        cmocka_unit_test(headers_that_never_end_are_not_awaited),
        cmocka_unit_test(a_trickle_is_not_awaited_either),
        cmocka_unit_test(a_client_that_does_not_read_is_not_awaited),
        cmocka_unit_test(a_thousand_connections_at_once_are_served),
        cmocka_unit_test(more_connections_than_allowed_wait_their_turn),
        cmocka_unit_test(the_end_cancels_what_is_under_way),
        cmocka_unit_test(asked_twice_it_ends_at_once),
        cmocka_unit_test(at_the_memory_limit_it_dies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
