/* /metrics: each one by its name, its type and its help, in Prometheus's text format, and each is what it is
 * called. */
#include "test/service.h"
#include "test/words.h"

#include "serve/histogram.h"
#include <math.h>
#include <signal.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/* --- All of them ---------------------------------------------------------------------------- */

enum { NAMES = 64 };

static const char *const counters[] = {
    "leaklab_tasks_spawned_total",
    "leaklab_tasks_finished_total",
    "leaklab_tasks_refused_total",
    "leaklab_work_requests_total",
    "leaklab_work_given_up_total",
    "leaklab_http_connections_total",
    "leaklab_http_slow_clients_total",
    "leaklab_http_aborted_total",
    "leaklab_http_responses_total",
    "process_cpu_seconds_total",
    NULL,
};

static const char *const gauges[] = {
    "leaklab_tasks",
    "leaklab_tasks_waiting",
    "leaklab_timers",
    "leaklab_deadlines",
    "leaklab_channels",
    "leaklab_contexts",
    "leaklab_stacks",
    "leaklab_stacks_reserved_bytes",
    "leaklab_work_in_flight",
    "leaklab_http_connections",
    "leaklab_build_info",
    "process_resident_memory_bytes",
    "process_virtual_memory_bytes",
    "process_start_time_seconds",
    "process_open_fds",
    "process_max_fds",
    NULL,
};

/* Only with an allocator that tells. */
static const char *const heap[] = {
    "leaklab_heap_allocated_bytes",
    "leaklab_heap_active_bytes",
    "leaklab_heap_resident_bytes",
    "leaklab_heap_retained_bytes",
    NULL,
};

/* Each has its three lines: help, type, value. Returns how many there are. */
static size_t expect_metrics(const char *body, const char *const *names, const char *type)
{
    size_t count = 0;
    for (; names[count]; count++) {
        char line[160];
        snprintf(line, sizeof line, "^# HELP %s [A-Z][^_]*\\.\n?",
                 names[count]); /* a sentence, no name */
        line[strlen(line) - 2] = 0;
        if (strcmp(names[count], "leaklab_build_info") != 0)
            expect_match(body, line);
        snprintf(line, sizeof line, "\n# TYPE %s %s\n%s", names[count], type, names[count]);
        expect_words(body, line);
    }
    return count;
}

static size_t types_in(const char *body)
{
    size_t count = 0;
    for (const char *at = body; (at = strstr(at, "# TYPE ")); at++)
        count++;
    return count;
}

static void each_has_its_help_and_its_type(void **state)
{
    (void)state;
    struct service s = service_start("channel_receive --variant fix");
    char *body = strdup(service_ask(&s, "GET /metrics", "").body);
    size_t known = 1 + expect_metrics(body, counters, "counter") +
                   expect_metrics(body, gauges, "gauge"); /* and the histogram */
    expect_words(body, "# TYPE leaklab_work_duration_seconds histogram\n");
    if (!support_is_instrumented())
        known += expect_metrics(body, heap, "gauge");
    assert_true(types_in(body) >= known);
    expect_words(body, "\nleaklab_build_info{version=\"" LEAKLAB_VERSION
                       "\",pair=\"channel_receive\",variant=\"fix\"} 1\n");
    free(body);
    assert_int_equal(service_end(&s, SIGTERM), 0);
}

/* --- What they count ------------------------------------------------------------------------ */

static void counts_are_of_what_was_done(void **state)
{
    (void)state;
    struct service s = service_start("channel_receive --variant fix");
    for (int i = 0; i < 3; i++)
        assert_int_equal(service_ask(&s, "GET /work", "").status, 200);
    assert_int_equal(service_ask(&s, "GET /nothing", "").status, 404);
    service_await(&s, "leaklab_tasks", 1);
    assert_true(service_metric(&s, "leaklab_tasks_finished_total") == 2 * 3);
    assert_true(service_metric(&s, "leaklab_tasks_refused_total") == 0);
    assert_true(service_metric(&s, "leaklab_http_responses_total{class=\"4xx\"}") == 1);
    assert_true(service_metric(&s, "leaklab_http_responses_total{class=\"5xx\"}") == 0);
    assert_true(service_metric(&s, "leaklab_http_responses_total{class=\"2xx\"}") > 3);
    assert_true(isnan(service_metric(&s, "leaklab_http_responses_total{class=\"1xx\"}")));
    assert_true(service_metric(&s, "leaklab_http_aborted_total") == 0);
    assert_true(service_metric(&s, "leaklab_http_connections_total") > 3);
    assert_int_equal(service_end(&s, SIGTERM), 0);
}

static void figures_of_memory_are_in_order(void **state)
{
    (void)state;
    struct service s = service_start("channel_receive --variant leak");
    for (int i = 0; i < 20; i++)
        assert_int_equal(service_ask(&s, "GET /work", "").status, 200);
    double stacks = service_metric(&s, "leaklab_stacks");
    assert_true(stacks >= service_metric(&s, "leaklab_tasks"));
    assert_true(service_metric(&s, "leaklab_stacks_reserved_bytes") >= stacks * 65536);
    double resident = service_metric(&s, "process_resident_memory_bytes");
    assert_true(resident > 1 << 20 &&
                service_metric(&s, "process_virtual_memory_bytes") > resident);
    if (!support_is_instrumented()) {
        double allocated = service_metric(&s, "leaklab_heap_allocated_bytes");
        double active = service_metric(&s, "leaklab_heap_active_bytes");
        assert_true(allocated > 1024 && active > allocated); /* also right after another look */
        assert_true(service_metric(&s, "leaklab_heap_resident_bytes") >= active);
        assert_true(service_metric(&s, "leaklab_heap_retained_bytes") >= 0);
    }
    service_end(&s, SIGTERM);
}

static void figures_of_the_process_are_its_own(void **state)
{
    (void)state;
    struct service s = service_start("channel_receive --variant fix");
    double started = service_metric(&s, "process_start_time_seconds"), now = (double)time(NULL);
    struct rlimit files;
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/fd", (int)s.pid);
    assert_true(started > now - 3600 && started < now + 60);
    assert_int_equal(access(path, R_OK), 0);
    double open = service_metric(&s, "process_open_fds");
    assert_true(open > 5 && open < 100); /* three, the loop's, what listens, the client's */
    assert_int_equal(prlimit(s.pid, RLIMIT_NOFILE, NULL, &files), 0);
    assert_true(service_metric(&s, "process_max_fds") == (double)files.rlim_cur);
    double cpu = service_metric(&s, "process_cpu_seconds_total");
    assert_true(cpu >= 0 && cpu < 600);
    assert_int_equal(service_end(&s, SIGTERM), 0);
}

/* --- Latencies ------------------------------------------------------------------------------ */

static void a_latency_is_in_the_first_bucket_that_holds_it(void **state)
{
    (void)state;
    struct histogram h = {0};
    for (int i = 0; i < HISTOGRAM_BUCKETS; i++) {
        int64_t bound = llround(histogram_bounds[i] * 1e9);
        assert_true(i == 0 || histogram_bounds[i] > histogram_bounds[i - 1]);
        histogram_add(&h, bound);
        histogram_add(&h, bound + 1);
    }
    assert_int_equal(h.counts[0], 1);
    for (int i = 1; i < HISTOGRAM_BUCKETS; i++)
        assert_int_equal(h.counts[i], 2);
    assert_int_equal(h.counts[HISTOGRAM_BUCKETS], 1);
    h = (struct histogram){0};
    histogram_add(&h, 0);
    histogram_add(&h, 7);
    histogram_add(&h, 5000000001);
    assert_int_equal(h.counts[0], 2);
    assert_int_equal(h.counts[HISTOGRAM_BUCKETS], 1);
    assert_int_equal(h.nanoseconds, 5000000008);
}

/* From ten microseconds to five seconds. */
static void buckets_go_from_microseconds_to_seconds(void **state)
{
    (void)state;
    assert_true(histogram_bounds[0] == 1e-5);
    assert_true(histogram_bounds[HISTOGRAM_BUCKETS - 1] == 5);
    struct service s = service_start("channel_receive --variant fix");
    double last = 0;
    assert_int_equal(service_ask(&s, "GET /work", "").status, 200);
    for (int i = 0; i < HISTOGRAM_BUCKETS; i++) {
        char name[96];
        snprintf(name, sizeof name, "leaklab_work_duration_seconds_bucket{le=\"%g\"}",
                 histogram_bounds[i]);
        double is = service_metric(&s, name);
        assert_true(is >= last && is <= 1);
        last = is;
    }
    assert_int_equal(service_end(&s, SIGTERM), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_has_its_help_and_its_type),
        cmocka_unit_test(counts_are_of_what_was_done),
        cmocka_unit_test(figures_of_memory_are_in_order),
        cmocka_unit_test(figures_of_the_process_are_its_own),
        cmocka_unit_test(a_latency_is_in_the_first_bucket_that_holds_it),
        cmocka_unit_test(buckets_go_from_microseconds_to_seconds),
    };
    return cmocka_run_group_tests_name("serve: metrics", tests, NULL, NULL);
}
