/* Load and its measuring: when requests arrive, what is counted, and what the meter sees. Under the
 * virtual clock every count and every latency is exact. This program is its own child. */
#include "test/loaded.h"

#include "load/child.h"
#include "load/lab.h"
#include "load/schedule.h"
#include "probe/outcome.h"
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- What one request does ------------------------------------------------------------------ */

static void nothing(struct ctx *request)
{
    (void)request;
}

static void take_ten(struct ctx *request)
{
    (void)request;
    task_sleep(10 * MILLISECOND);
}

static void until_the_client_goes(struct ctx *request)
{
    chan_recv(ctx_done(request), NULL);
}

static const struct pair pairs[] = {
    {.id = "nothing", .entry = {nothing, nothing}},
    {.id = "take_ten", .entry = {take_ten, take_ten}},
    {.id = "patience", .entry = {until_the_client_goes, until_the_client_goes}},
    {.id = "some", .entry = {some_never_return, some_never_return}},
};

static const struct pair *pair_called(const char *id)
{
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (!strcmp(pairs[i].id, id))
            return &pairs[i];
    return NULL;
}

static struct outcome run_with(const char *id, const struct settings *settings)
{
    struct outcome outcome = outcome_of(pair_called(id), VARIANT_FIX, settings);
    struct lab_plan plan = {.cases = &outcome, .length = 1, .at_once = 1};
    assert_non_null(outcome.pair);
    assert_int_equal(lab_run(&plan), 0);
    assert_int_equal(outcome.ending.how, ENDED_WELL);
    return outcome;
}

/* --- Arrivals ------------------------------------------------------------------------------- */

static void constant_arrivals_are_evenly_spaced_and_do_not_drift(void **state)
{
    (void)state;
    struct settings settings = {.rate = 3, .arrivals = ARRIVALS_CONSTANT};
    struct schedule schedule;
    assert_true(schedule_start(&schedule, &settings));
    int64_t at = 0;
    for (int64_t i = 0; i <= 3000000; i++) {
        at = schedule_next(&schedule);
        if (i == 0)
            assert_int_equal(at, 0);
        if (i == 1)
            assert_int_equal(at, SECOND / 3);
    }
    assert_int_equal(at, 1000000 * SECOND);
    schedule_end(&schedule);
}

static void poisson_arrivals_have_their_rate_and_their_seed(void **state)
{
    (void)state;
    enum { MANY = 100000 };
    static int64_t first[MANY];
    struct settings settings = {.rate = 1000, .arrivals = ARRIVALS_POISSON, .seed = 7};
    struct schedule schedule;
    double squares = 0;
    assert_true(schedule_start(&schedule, &settings));
    for (int i = 0; i < MANY; i++) {
        first[i] = schedule_next(&schedule);
        double gap = (double)(first[i] - (i ? first[i - 1] : 0)) / MILLISECOND;
        assert_true(gap >= 0);
        squares += (gap - 1) * (gap - 1);
    }
    schedule_end(&schedule);
    /* Mean and standard deviation of the gaps are 1 ms; four standard errors around. */
    assert_true(fabs((double)first[MANY - 1] / MILLISECOND / MANY - 1) < 4 / sqrt(MANY));
    assert_true(fabs(sqrt(squares / MANY) - 1) < 4 * sqrt(2.0 / MANY));
    assert_true(schedule_start(&schedule, &settings));
    for (int i = 0; i < MANY; i++)
        assert_int_equal(schedule_next(&schedule), first[i]);
    schedule_end(&schedule);
    settings.seed = 8;
    assert_true(schedule_start(&schedule, &settings));
    assert_int_not_equal(schedule_next(&schedule), first[0]);
    schedule_end(&schedule);
}

static void as_fast_as_it_goes_is_always_due(void **state)
{
    (void)state;
    struct settings settings = {.rate = 0, .arrivals = ARRIVALS_POISSON};
    struct schedule schedule;
    assert_true(schedule_start(&schedule, &settings));
    assert_int_equal(schedule_next(&schedule), 0);
    assert_int_equal(schedule_next(&schedule), 0);
    schedule_end(&schedule);
}

/* --- A case under load ---------------------------------------------------------------------- */

static void load_ends_by_count_or_time_whichever_is_first(void **state)
{
    (void)state;
    static const struct {
        uint64_t requests;
        int64_t duration;
        double rate;
        uint64_t sent;
    } loads[] = {
        {123, 0, 1000, 123},           {0, 2 * SECOND, 1000, 2000}, {123, 2 * SECOND, 1000, 123},
        {5000, SECOND / 2, 1000, 500}, {0, HOUR, 0.5, 1800},        {77, 0, 0, 77},
    };
    for (size_t i = 0; i < sizeof loads / sizeof *loads; i++) {
        struct settings settings = virtually();
        settings.requests = loads[i].requests;
        settings.duration = loads[i].duration;
        settings.rate = loads[i].rate;
        struct outcome outcome = run_with("nothing", &settings);
        assert_int_equal(outcome.gauges->progress.sent, loads[i].sent);
        assert_int_equal(outcome.gauges->progress.finished, loads[i].sent);
        assert_int_equal(outcome.latency_count, loads[i].sent);
        outcome_free(&outcome);
    }
}

static uint64_t poisson_requests(uint64_t seed)
{
    struct settings settings = virtually();
    settings.duration = 10 * SECOND;
    settings.arrivals = ARRIVALS_POISSON;
    settings.seed = seed;
    struct outcome outcome = run_with("nothing", &settings);
    uint64_t sent = outcome.gauges->progress.sent;
    outcome_free(&outcome);
    return sent;
}

static void one_seed_is_one_load(void **state)
{
    (void)state;
    uint64_t sent = poisson_requests(3);
    assert_int_equal(poisson_requests(3), sent);
    assert_int_not_equal(poisson_requests(4), sent);
    assert_true(fabs((double)sent - 10000) < 5 * 100);
}

/* More than the ring takes, and not a whole number of rings. */
static void every_latency_is_kept_from_the_intended_start(void **state)
{
    (void)state;
    struct settings settings = virtually();
    settings.requests = LATENCY_RING + LATENCY_RING / 3;
    settings.rate = 100000;
    struct outcome outcome = run_with("take_ten", &settings);
    assert_int_equal(outcome.latency_count, settings.requests);
    for (size_t i = 0; i < outcome.latency_count; i++)
        assert_int_equal(outcome.latencies[i].service, 10 * MILLISECOND);
    outcome_free(&outcome);
}

static void a_client_waits_as_long_as_its_patience(void **state)
{
    (void)state;
    struct settings settings = virtually();
    settings.requests = 50;
    settings.patience = 170 * MILLISECOND;
    struct outcome outcome = run_with("patience", &settings);
    assert_int_equal(outcome.latency_count, 50);
    for (size_t i = 0; i < outcome.latency_count; i++)
        assert_int_equal(outcome.latencies[i].service, 170 * MILLISECOND);
    outcome_free(&outcome);
}

static void requests_that_never_return_are_slower_than_any(void **state)
{
    (void)state;
    struct settings settings = virtually();
    settings.requests = 100;
    struct outcome outcome = run_with("some", &settings);
    assert_int_equal(outcome.gauges->progress.sent, 100);
    assert_int_equal(outcome.gauges->progress.finished, 60);
    assert_int_equal(outcome_quantile(&outcome, LATENCY_RESPONSE, 0.5), 0);
    assert_true(isinf(outcome_quantile(&outcome, LATENCY_RESPONSE, 0.6)));
    assert_true(isinf(outcome_quantile(&outcome, LATENCY_RESPONSE, 0.99)));
    assert_int_equal(outcome_tasks_left(&outcome), 40);
    outcome_free(&outcome);
}

static void quantiles_are_of_the_raw_latencies(void **state)
{
    (void)state;
    struct settings settings = virtually();
    struct outcome outcome = outcome_of(&pairs[0], VARIANT_FIX, &settings);
    assert_true(isnan(outcome_quantile(&outcome, LATENCY_RESPONSE, 0.5)));
    outcome.latency_count = 101;
    outcome.latencies = malloc(101 * sizeof *outcome.latencies);
    for (int64_t i = 0; i <= 100; i++)
        outcome.latencies[i] =
            (struct latency){0, 1000 * ((i * 37) % 101)}; /* each of 0 to 100 once */
    assert_int_equal(outcome_quantile(&outcome, LATENCY_RESPONSE, 0), 0);
    assert_int_equal(outcome_quantile(&outcome, LATENCY_RESPONSE, 0.5), 50000);
    assert_int_equal(outcome_quantile(&outcome, LATENCY_RESPONSE, 0.99), 99000);
    assert_int_equal(outcome_quantile(&outcome, LATENCY_RESPONSE, 1), 100000);
    outcome_free(&outcome);
}

int main(int argc, char **argv)
{
    if (argc == 4 && !strcmp(argv[1], "case"))
        child_run(pair_called(argv[2]), strcmp(argv[3], "leak") ? VARIANT_FIX : VARIANT_LEAK);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(constant_arrivals_are_evenly_spaced_and_do_not_drift),
        cmocka_unit_test(poisson_arrivals_have_their_rate_and_their_seed),
        cmocka_unit_test(as_fast_as_it_goes_is_always_due),
        cmocka_unit_test(load_ends_by_count_or_time_whichever_is_first),
        cmocka_unit_test(one_seed_is_one_load),
        cmocka_unit_test(every_latency_is_kept_from_the_intended_start),
        cmocka_unit_test(a_client_waits_as_long_as_its_patience),
        cmocka_unit_test(requests_that_never_return_are_slower_than_any),
        cmocka_unit_test(quantiles_are_of_the_raw_latencies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
