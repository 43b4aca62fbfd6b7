/* The shim to google-benchmark: every function of it reaches the library.
 *
 * A suite of small benchmarks with known times and counts is run once, and the cases look at the
 * library's own report of it. Times are manual ones, so nothing depends on how fast it went.
 */
#include "test/support.h"

#include "bench/allocation.h"
#include "bench/shim.h"
#include <fcntl.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* --- The suite ------------------------------------------------------------------------------- */

/* What the suite, in a process of its own, tells the cases. */
static struct seen {
    int64_t turns; /* of the last run */
    int calls, memory_starts;
} * seen;

static char marker;

static void count_loop(struct bench_state *s, void *arg)
{
    seen->turns = 0;
    while (bench_loop(s))
        seen->turns++;
    bench_count(s, "turns", (double)seen->turns, BENCH_AS_IS);
    bench_count(s, "done", (double)bench_done(s), BENCH_AS_IS);
    if (arg == &marker)
        seen->calls++;
}

static void count_nothing(struct bench_state *s, void *arg)
{
    (void)arg;
    while (bench_loop(s))
        ;
    bench_count(s, "nothing", 0, BENCH_AS_IS);
}

static void count_batch(struct bench_state *s, void *arg)
{
    (void)arg;
    seen->turns = 0;
    for (int64_t n = bench_batch(s); n > 0; n--)
        seen->turns++;
    bench_batch_end(s);
    bench_count(s, "turns", (double)seen->turns, BENCH_AS_IS);
}

/* Pieces of five: 12 iterations are 15. */
static void count_pieces(struct bench_state *s, void *arg)
{
    (void)arg;
    seen->turns = 0;
    while (bench_loop_of(s, 5))
        seen->turns += 5;
    bench_count(s, "turns", (double)seen->turns, BENCH_AS_IS);
    bench_count(s, "done", (double)bench_done(s), BENCH_AS_IS);
}

static void report_value(struct bench_state *s, void *arg)
{
    (void)arg;
    while (bench_loop(s))
        ;
    bench_count(s, "value", (double)bench_value(s), BENCH_AS_IS);
}

/* Two iterations of a quarter second each, so the library says. */
static void count_kinds(struct bench_state *s, void *arg)
{
    (void)arg;
    while (bench_loop(s))
        bench_time(s, 0.25);
    bench_count(s, "as_is", 10, BENCH_AS_IS);
    bench_count(s, "per_second", 10, BENCH_PER_SECOND);
    bench_count(s, "seconds_each", 10, BENCH_SECONDS_EACH);
    bench_count(s, "per_iteration", 10, BENCH_PER_ITERATION);
    bench_bytes(s, 1024);
    bench_label(s, "what it was");
}

static double seconds_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double sleep_a_while(void)
{
    double start = seconds_now();
    nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
    return seconds_now() - start;
}

/* What lies outside of the pause counts, so much at least; what lies inside does not. */
static void pause_a_while(struct bench_state *s, void *arg)
{
    (void)arg;
    double start = seconds_now(), counted = 0, paused = 0;
    while (bench_loop(s)) {
        counted += sleep_a_while();
        bench_pause(s);
        paused += sleep_a_while();
        bench_resume(s);
        counted += sleep_a_while();
    }
    bench_count(s, "least_seconds", counted, BENCH_AS_IS);
    bench_count(s, "most_seconds", seconds_now() - start - paused, BENCH_AS_IS);
}

static void skip_at_once(struct bench_state *s, void *arg)
{
    (void)arg;
    bench_skip(s, "the first reason");
    bench_skip(s, "a later one");
    while (bench_loop(s))
        seen->turns = -1;
}

static void start_memory(void)
{
    seen->memory_starts++;
}

static struct bench_memory stop_memory(void)
{
    return (struct bench_memory){.allocations = 32, .allocated = 4000, .freed = 1000, .peak = 2000};
}

static void register_suite(void)
{
    bench_iterations(bench_register("suite/loop", count_loop, &marker), 7);
    bench_iterations(bench_register("suite/batch", count_batch, NULL), 9);
    bench_iterations(bench_register("suite/pieces", count_pieces, NULL), 12);
    struct bench *b = bench_register("suite/arg", report_value, NULL);
    bench_arg(b, 3);
    bench_arg(b, 5);
    bench_min_time(b, 0.001);
    b = bench_register("suite/range", report_value, NULL);
    bench_range(b, 1, 100, 10);
    bench_iterations(b, 1);
    b = bench_register("suite/kinds", count_kinds, NULL);
    bench_iterations(b, 2);
    bench_clock(b, BENCH_MANUAL_TIME);
    bench_unit(b, BENCH_MILLISECONDS);
    static const enum bench_unit units[] = {BENCH_NANOSECONDS, BENCH_MICROSECONDS, BENCH_SECONDS};
    static const char *const names[] = {"suite/unit/ns", "suite/unit/us", "suite/unit/s"};
    for (int i = 0; i < 3; i++) {
        b = bench_register(names[i], count_kinds, NULL);
        bench_iterations(b, 2);
        bench_clock(b, BENCH_MANUAL_TIME);
        bench_unit(b, units[i]);
    }
    b = bench_register("suite/pause", pause_a_while, NULL);
    bench_iterations(b, 1);
    bench_clock(b, BENCH_REAL_TIME);
    bench_iterations(bench_register("refused/skip", skip_at_once, NULL), 3);
    bench_iterations(bench_register("nothing/counted", count_nothing, NULL), 3);
    bench_context("suite_context", "its value");
    bench_memory_manager(start_memory, stop_memory);
}

/* --- Running it ------------------------------------------------------------------------------ */

/* Runs what the filter chooses in a process of its own (the library runs once in each), with the
 * console's report thrown away, and returns the other; *status is the process's. */
/* takes: the suite's yardstick; prints: the report comes on standard output, not in a file. */
static json_t *run_as(const char *filter, const char *more, bool prints, double (*takes)(void),
                      int *status)
{
    char by_name[64], out[64] = "--benchmark_format=json";
    int written = memfd_create("report", 0);
    pid_t child = fork();
    if (child == 0) {
        snprintf(by_name, sizeof by_name, "--benchmark_filter=%s", filter);
        if (!prints)
            snprintf(out, sizeof out, "--benchmark_out=/proc/self/fd/%d", written);
        char *argv[] = {"benchmarks", by_name, out, (char *)more, NULL};
        int nowhere = open("/dev/null", O_WRONLY);
        dup2(prints ? written : nowhere, STDOUT_FILENO);
        dup2(nowhere, STDERR_FILENO);
        bench_yardstick(takes, "yardstick_ns", "wall_ns");
        int result = bench_main(more ? 4 : 3, argv);
        fflush(NULL);
        _exit(result);
    }
    waitpid(child, status, 0);
    json_error_t error;
    FILE *file = fdopen(written, "r");
    rewind(file);
    json_t *parsed = json_loadf(file, 0, &error);
    fclose(file);
    return parsed;
}

static json_t *run_suite(const char *filter, const char *more, int *status)
{
    return run_as(filter, more, false, NULL, status);
}

static json_t *report;

static int run_it_once(void **state)
{
    (void)state;
    int status;
    seen = mmap(NULL, sizeof *seen, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (seen == MAP_FAILED)
        return -1;
    register_suite();
    report = run_suite("suite/", NULL, &status);
    return report && status == 0 ? 0 : -1;
}

static int forget_it(void **state)
{
    (void)state;
    json_decref(report);
    return 0;
}

static json_t *find_in(json_t *parsed, const char *name)
{
    size_t i;
    json_t *run;
    json_array_foreach(
        json_object_get(parsed, "benchmarks"), i,
        run) if (!strcmp(json_string_value(json_object_get(run, "name")), name)) return run;
    fail_msg("the report has no %s", name);
    return NULL;
}

static double number(const char *name, const char *field)
{
    json_t *value = json_object_get(find_in(report, name), field);
    if (!json_is_number(value))
        fail_msg("%s has no number %s", name, field);
    return json_number_value(value);
}

static const char *text(const char *name, const char *field)
{
    const char *value = json_string_value(json_object_get(find_in(report, name), field));
    return value ? value : "";
}

/* --- The cases ------------------------------------------------------------------------------- */

static void repetitions_that_count_nothing_are_json_too(void **state)
{
    (void)state;
    int status;
    json_t *twice = run_suite("nothing/", "--benchmark_repetitions=2", &status);
    assert_non_null(twice);
    assert_int_equal(status, 0);
    json_t *mean = find_in(twice, "nothing/counted/iterations:3_mean");
    assert_true(json_is_number(json_object_get(mean, "nothing")));
    json_t *variation = find_in(twice, "nothing/counted/iterations:3_cv");
    assert_null(json_object_get(variation, "nothing")); /* zero over zero */
    json_decref(twice);
}

static void what_is_printed_is_json_too(void **state)
{
    (void)state;
    int status;
    json_t *twice = run_as("nothing/", "--benchmark_repetitions=2", true, NULL, &status);
    assert_non_null(twice);
    json_t *variation = find_in(twice, "nothing/counted/iterations:3_cv");
    assert_null(json_object_get(variation, "nothing"));
    json_decref(twice);
}

/* 7 before and 5 after a run: the longer one is told. */
static double take_planted(void)
{
    static int takes;
    return takes++ % 2 ? 5 : 7;
}

static void a_yardstick_is_taken_beside_each_run(void **state)
{
    (void)state;
    int status;
    json_t *beside = run_as("suite/loop", NULL, true, take_planted, &status);
    json_t *run = find_in(beside, "suite/loop/iterations:7");
    assert_true(json_number_value(json_object_get(run, "yardstick_ns")) == 7);
    assert_true(json_number_value(json_object_get(run, "wall_ns")) > 0);
    json_decref(beside);
    assert_null(json_object_get(find_in(report, "suite/loop/iterations:7"), "yardstick_ns"));
}

static void the_function_is_called_with_its_argument(void **state)
{
    (void)state;
    assert_true(seen->calls > 0);
    assert_true(number("suite/loop/iterations:7", "iterations") == 7);
}

static void each_loop_does_the_iterations_asked_for(void **state)
{
    (void)state;
    assert_true(number("suite/loop/iterations:7", "turns") == 7);
    assert_true(number("suite/loop/iterations:7", "done") == 7);
    assert_true(number("suite/batch/iterations:9", "turns") == 9);
    assert_true(number("suite/batch/iterations:9", "iterations") == 9);
    assert_true(number("suite/pieces/iterations:12", "turns") == 15);
    assert_true(number("suite/pieces/iterations:12", "done") == 15);
}

static void arguments_and_ranges_are_run_each(void **state)
{
    (void)state;
    assert_true(number("suite/arg/3/min_time:0.001", "value") == 3);
    assert_true(number("suite/arg/5/min_time:0.001", "value") == 5);
    assert_true(number("suite/range/1/iterations:1", "value") == 1);
    assert_true(number("suite/range/10/iterations:1", "value") == 10);
    assert_true(number("suite/range/100/iterations:1", "value") == 100);
}

static void time_is_what_was_said_in_the_unit_asked_for(void **state)
{
    (void)state;
    assert_float_equal(number("suite/kinds/iterations:2/manual_time", "real_time"), 250, 1e-6);
    assert_string_equal(text("suite/kinds/iterations:2/manual_time", "time_unit"), "ms");
    assert_string_equal(text("suite/unit/ns/iterations:2/manual_time", "time_unit"), "ns");
    assert_string_equal(text("suite/unit/us/iterations:2/manual_time", "time_unit"), "us");
    assert_string_equal(text("suite/unit/s/iterations:2/manual_time", "time_unit"), "s");
}

static void counters_are_of_their_kind(void **state)
{
    (void)state;
    const char *name = "suite/kinds/iterations:2/manual_time";
    assert_float_equal(number(name, "as_is"), 10, 1e-6);
    assert_float_equal(number(name, "per_second"), 20, 1e-6);
    assert_float_equal(number(name, "seconds_each"), 0.05, 1e-6);
    assert_float_equal(number(name, "per_iteration"), 5, 1e-6);
    assert_float_equal(number(name, "bytes_per_second"), 2048, 1e-3);
    assert_string_equal(text(name, "label"), "what it was");
}

static void what_is_paused_does_not_count(void **state)
{
    (void)state;
    const char *name = "suite/pause/iterations:1/real_time";
    double seconds = number(name, "real_time") / 1e9;
    assert_true(seconds >= number(name, "least_seconds"));
    assert_true(seconds <= number(name, "most_seconds"));
}

static void context_and_memory_are_in_the_report(void **state)
{
    (void)state;
    json_t *context = json_object_get(report, "context");
    const char *value = json_string_value(json_object_get(context, "suite_context"));
    assert_non_null(value);
    assert_string_equal(value, "its value");
    assert_true(seen->memory_starts > 0);
    const char *name = "suite/loop/iterations:7";
    assert_float_equal(number(name, "allocs_per_iter"), 32.0 / 7, 1e-6);
    assert_true(number(name, "max_bytes_used") == 2000);
    assert_true(number(name, "total_allocated_bytes") == 4000);
    assert_true(number(name, "net_heap_growth") == 3000);
}

static void a_skipped_run_says_why_and_fails_the_suite(void **state)
{
    (void)state;
    int status;
    seen->turns = 0;
    json_t *refused = run_suite("refused/", NULL, &status);
    json_t *run = find_in(refused, "refused/skip/iterations:3");
    assert_int_equal(status, W_EXITCODE(1, 0));
    assert_true(json_is_true(json_object_get(run, "error_occurred")));
    assert_string_equal(json_string_value(json_object_get(run, "error_message")),
                        "the first reason");
    assert_int_equal(seen->turns, 0);
    json_decref(refused);
}

static void a_filter_that_matches_nothing_fails(void **state)
{
    (void)state;
    int status;
    json_decref(run_suite("no_such_benchmark", NULL, &status));
    assert_int_equal(status, W_EXITCODE(1, 0));
}

static void an_unknown_option_is_wrong_usage(void **state)
{
    (void)state;
    int status;
    json_decref(run_suite("suite/loop", "--no-such-option", &status));
    assert_int_equal(status, W_EXITCODE(2, 0));
}

static void allocations_are_counted_exactly(void **state)
{
    (void)state;
    if (!allocation_is_counted()) {
        support_skip("another allocator than jemalloc counts nothing");
    }
    void *volatile blocks[10];
    allocation_start();
    for (int i = 0; i < 10; i++)
        blocks[i] = malloc(100);
    for (int i = 0; i < 4; i++)
        free(blocks[i]);
    struct bench_memory used = allocation_stop();
    assert_int_equal(used.allocations, 10);
    assert_int_equal(used.allocated, 10 * 112); /* jemalloc's size class for 100 */
    assert_int_equal(used.freed, 4 * 112);
    for (int i = 4; i < 10; i++)
        free(blocks[i]);

    allocation_start();
    allocation_add(&(struct bench_memory){3, 300, 200, 250});
    used = allocation_stop();
    assert_int_equal(used.allocations, 3);
    assert_int_equal(used.allocated, 300);
    assert_int_equal(used.freed, 200);
    assert_true(used.peak >= 250);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(repetitions_that_count_nothing_are_json_too),
        cmocka_unit_test(what_is_printed_is_json_too),
        cmocka_unit_test(a_yardstick_is_taken_beside_each_run),
        cmocka_unit_test(the_function_is_called_with_its_argument),
        cmocka_unit_test(each_loop_does_the_iterations_asked_for),
        cmocka_unit_test(arguments_and_ranges_are_run_each),
        cmocka_unit_test(time_is_what_was_said_in_the_unit_asked_for),
        cmocka_unit_test(counters_are_of_their_kind),
        cmocka_unit_test(what_is_paused_does_not_count),
        cmocka_unit_test(context_and_memory_are_in_the_report),
        cmocka_unit_test(a_skipped_run_says_why_and_fails_the_suite),
        cmocka_unit_test(a_filter_that_matches_nothing_fails),
        cmocka_unit_test(an_unknown_option_is_wrong_usage),
        cmocka_unit_test(allocations_are_counted_exactly),
    };
    return cmocka_run_group_tests_name("bench", tests, run_it_once, forget_it);
}
