/* What a service tells of tasks that can never be woken: as profile, as metric, on a signal. */
#include "test/service.h"

#include <math.h>
#include <signal.h>
#include <string.h>

enum { REQUESTS = 7 };

static struct service start(const char *words)
{
    struct service s = service_start(words);
    for (int i = 0; i < REQUESTS; i++)
        assert_int_equal(service_ask(&s, "GET /work", "").status, 200);
    return s;
}

static void a_leak_is_proven_at_once(void **state)
{
    (void)state;
    struct service s = start("channel_receive");
    struct answer grouped = service_ask(&s, "GET /debug/pprof/goroutineleak?debug=1", "");
    assert_int_equal(grouped.status, 200);
    assert_non_null(strstr(grouped.body, "goroutineleak profile: total 7\n7 @ 0x"));
    assert_non_null(
        strstr(grouped.body, "\n# chan receive (leaked); created by leak_channel_receive"));
    struct answer each = service_ask(&s, "GET /debug/pprof/goroutineleak?debug=2", "");
    assert_non_null(strstr(each.body, " [chan receive (leaked)"));
    assert_null(strstr(each.body, "[running"));
    struct answer pprof = service_ask(&s, "GET /debug/pprof/goroutineleak", "");
    assert_int_equal(pprof.status, 200);
    assert_memory_equal(pprof.body, "\x1f\x8b", 2);
    assert_non_null(strstr(pprof.head, "filename=\"goroutineleak\""));
    assert_int_equal(service_ask(&s, "GET /debug/pprof/goroutineleak?debug=3", "").status, 400);
    service_await(&s, "leaklab_tasks_leaked", REQUESTS);
    assert_true(service_metric(&s, "leaklab_proof_refused") == 0);
    assert_true(service_metric(&s, "leaklab_proof_duration_seconds") > 0);
    service_end(&s, SIGTERM);
}

static void a_fix_is_clean(void **state)
{
    (void)state;
    struct service s = start("channel_receive --variant fix");
    struct answer grouped = service_ask(&s, "GET /debug/pprof/goroutineleak?debug=1", "");
    assert_non_null(strstr(grouped.body, "goroutineleak profile: total 0\n"));
    service_await(&s, "leaklab_tasks_leaked", 0);
    assert_true(service_metric(&s, "leaklab_tasks_by_time") == 0);
    service_end(&s, SIGTERM);
}

static void what_time_alone_wakes_is_no_leak(void **state)
{
    (void)state;
    struct service s = start("timer_stop");
    service_await(&s, "leaklab_tasks_by_time", REQUESTS);
    assert_true(service_metric(&s, "leaklab_tasks_leaked") == 0);
    service_end(&s, SIGTERM);
}

static void a_signal_tells_it_too(void **state)
{
    (void)state;
    struct service s = start("channel_receive");
    kill(s.pid, SIGUSR1);
    service_ask(&s, "GET /healthz", ""); /* the signal came before it */
    service_end(&s, SIGTERM);
    assert_non_null(strstr(service_said(), "7 are leaked: nobody can ever wake them"));
}

static void what_is_proven_ends_and_is_told(void **state)
{
    (void)state;
    struct service s = start("channel_receive --recover=20ms");
    service_await(&s, "leaklab_tasks_ended_total", REQUESTS);
    service_await(&s, "leaklab_channels", 1); /* the service's own */
    service_end(&s, SIGTERM);
    assert_non_null(strstr(service_said(), "leaklab serve: ended "));
    assert_non_null(strstr(service_said(), ", chan receive at leaks/pitfalls/channel_receive.c:"));
    assert_non_null(strstr(service_said(), "drained, all tasks are gone"));
}

static void none_ends_that_may_be_woken(void **state)
{
    (void)state;
    struct service s = start("timer_stop --recover=1ms");
    for (int i = 0; i < REQUESTS; i++)
        assert_int_equal(service_ask(&s, "GET /work", "").status, 200);
    service_await(&s, "leaklab_tasks_by_time", 2 * REQUESTS);
    assert_true(service_metric(&s, "leaklab_tasks_ended_total") == 0);
    service_end(&s, SIGTERM);
    assert_null(strstr(service_said(), "ended"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_leak_is_proven_at_once),
        cmocka_unit_test(a_fix_is_clean),
        cmocka_unit_test(what_time_alone_wakes_is_no_leak),
        cmocka_unit_test(a_signal_tells_it_too),
        cmocka_unit_test(what_is_proven_ends_and_is_told),
        cmocka_unit_test(none_ends_that_may_be_woken),
    };
    return cmocka_run_group_tests_name("serve: proof", tests, NULL, NULL);
}
