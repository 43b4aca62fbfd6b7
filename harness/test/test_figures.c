/* Figures and phrases: numbers as people read them, at every place where their form changes. */
#include "test/words.h"

#include "probe/figures.h"
#include "probe/quantiles.h"
#include "result/left.h"
#include "result/phrase.h"
#include <math.h>

static char text[PHRASE];

/* --- Figures -------------------------------------------------------------------------------- */

static void counts_have_their_thousands_apart(void **state)
{
    (void)state;
    assert_string_equal(figure_count(text, 0), "0");
    assert_string_equal(figure_count(text, 999), "999");
    assert_string_equal(figure_count(text, 1000), "1,000");
    assert_string_equal(figure_count(text, 12345), "12,345");
    assert_string_equal(figure_count(text, 1234567), "1,234,567");
    assert_string_equal(figure_count(text, -999), "-999");
    assert_string_equal(figure_count(text, -123456), "-123,456");
    assert_string_equal(figure_count(text, INT64_MIN), "-9,223,372,036,854,775,808");
}

static void bytes_are_in_the_unit_that_fits(void **state)
{
    (void)state;
    assert_string_equal(figure_bytes(text, 0), "0 B");
    assert_string_equal(figure_bytes(text, 1023), "1023 B");
    assert_string_equal(figure_bytes(text, 1024), "1.0 KiB");
    assert_string_equal(figure_bytes(text, 4300), "4.2 KiB");
    assert_string_equal(figure_bytes(text, -1536), "-1.5 KiB");
    assert_string_equal(figure_bytes(text, 1 << 20), "1.0 MiB");
    assert_string_equal(figure_bytes(text, 1.5 * (1 << 30)), "1.5 GiB");
    assert_string_equal(figure_bytes(text, 2.5 * 1024 * (1 << 30)), "2.5 TiB");
    assert_string_equal(figure_bytes(text, 5000.0 * 1024 * (1 << 30)), "5000.0 TiB");
    assert_string_equal(phrase_bytes(text, NAN), "-");
    assert_string_equal(phrase_bytes(text, 2048), "2.0 KiB");
}

static void digits_are_five_or_all_before_the_point(void **state)
{
    (void)state;
    assert_string_equal(figure_digits(text, 0), "0");
    assert_string_equal(figure_digits(text, 1), "1");
    assert_string_equal(figure_digits(text, -10.9444), "-10.944");
    assert_string_equal(figure_digits(text, 99.63449), "99.634");
    assert_string_equal(figure_digits(text, 12345.4), "12345");
    assert_string_equal(figure_digits(text, 99999.4), "99999");
    assert_string_equal(figure_digits(text, 99999.5), "100,000");
    assert_string_equal(figure_digits(text, -1234567.8), "-1,234,568");
    assert_string_equal(figure_digits(text, 1e18), "1e+18");
    assert_string_equal(figure_digits(text, -INFINITY), "-inf");
    assert_string_equal(figure_digits(text, NAN), "nan");
}

static void times_are_in_the_unit_that_fits(void **state)
{
    (void)state;
    assert_string_equal(figure_time(text, 0), "0 ns");
    assert_string_equal(figure_time(text, 164.6), "165 ns");
    assert_string_equal(figure_time(text, 999.4), "999 ns");
    assert_string_equal(figure_time(text, 999.5), "1.0 us");
    assert_string_equal(figure_time(text, 9940), "9.9 us");
    assert_string_equal(figure_time(text, 9960), "10 us");
    assert_string_equal(figure_time(text, 999000), "999 us");
    assert_string_equal(figure_time(text, 1e6), "1.0 ms");
    assert_string_equal(figure_time(text, 1e9), "1.0 s");
    assert_string_equal(figure_time(text, 59.5e9), "60 s");
    assert_string_equal(figure_time(text, 60e9), "1.0 min");
    assert_string_equal(figure_time(text, 600e9), "10 min");
    assert_string_equal(figure_time(text, INFINITY), "never");
    assert_string_equal(figure_time(text, NAN), "-");
}

static void costs_have_three_digits(void **state)
{
    (void)state;
    assert_string_equal(figure_cost(text, 9.99), "9.99 ns");
    assert_string_equal(figure_cost(text, 9.996), "10.0 ns");
    assert_string_equal(figure_cost(text, 99.94), "99.9 ns");
    assert_string_equal(figure_cost(text, 99.96), "100 ns");
    assert_string_equal(figure_cost(text, 999.4), "999 ns");
    assert_string_equal(figure_cost(text, 999.6), "1.00 us");
    assert_string_equal(figure_cost(text, 1.24e6), "1.24 ms");
    assert_string_equal(figure_cost(text, 3.5e9), "3.50 s");
    assert_string_equal(figure_cost(text, 12345e9), "12345 s");
    assert_string_equal(figure_cost(text, 1e300), "1000000000000000 s");
    assert_string_equal(figure_cost(text, NAN), "-");
    assert_string_equal(figure_cost(text, INFINITY), "-");
}

static void rates_are_a_second_or_a_minute(void **state)
{
    (void)state;
    assert_string_equal(figure_rate(text, 0), "max");
    assert_string_equal(figure_rate(text, 1000), "1000/s");
    assert_string_equal(figure_rate(text, 1), "1/s");
    assert_string_equal(figure_rate(text, 2.5), "2.5/s");
    assert_string_equal(figure_rate(text, 0.5), "30/min");
}

/* --- Phrases -------------------------------------------------------------------------------- */

static struct estimate within(double value, double half)
{
    return (struct estimate){value, value - half, value + half, INTERVAL_REPETITIONS};
}

static const char *number(double value, double half)
{
    struct estimate estimate = within(value, half);
    return phrase_number(text, value, &estimate);
}

/* To the first digit of half the interval, and never more than three decimals. */
static void a_number_has_the_digits_that_hold(void **state)
{
    (void)state;
    assert_string_equal(number(4194.25, 5000), "4,000");
    assert_string_equal(number(4194.25, 100), "4,200");
    assert_string_equal(number(4194.25, 99), "4,190");
    assert_string_equal(number(4194.25, 9.9), "4,194");
    assert_string_equal(number(4194.25, 1), "4,194");
    assert_string_equal(number(4194.25, 0.5), "4,194.2");
    assert_string_equal(number(4194.25, 0.05), "4,194.25");
    assert_string_equal(number(4194.25, 0.0005), "4,194.250");
    assert_string_equal(number(4194.25, 0), "4,194.2");
    assert_string_equal(phrase_number(text, 4194.25, NULL), "4,194.2");
    struct estimate unknown = {4194.25, NAN, NAN, INTERVAL_NONE};
    assert_string_equal(phrase_number(text, 4194.25, &unknown), "4,194.2");
}

static void a_number_has_its_sign_where_it_has_a_digit(void **state)
{
    (void)state;
    assert_string_equal(number(-1234.5, 0.1), "-1,234.5");
    assert_string_equal(number(-0.04, 0.1), "0.0");
    assert_string_equal(number(-0.06, 0.1), "-0.1");
    assert_string_equal(number(NAN, 1), "-");
    assert_string_equal(number(INFINITY, 1), "never");
    assert_string_equal(phrase_number(text, 2e15, NULL), "-");
    assert_string_equal(phrase_number(text, 1e15, NULL), "1,000,000,000,000,000.0");
}

static void an_interval_is_told_where_there_is_one(void **state)
{
    (void)state;
    struct estimate estimate = within(4194.2, 1.5), half = {4194.2, 4190, NAN, INTERVAL_BLOCKS};
    assert_string_equal(phrase_interval(text, &estimate), "4,192 to 4,196"); /* outwards */
    struct estimate even = {2100, 2000, 2200, INTERVAL_RANGE};
    assert_string_equal(phrase_interval(text, &even), "2,000 to 2,200"); /* and no further */
    struct estimate about_none = {0, -2.7, 2.7, INTERVAL_RESOLUTION};
    assert_string_equal(phrase_interval(text, &about_none), "-3 to 3");
    assert_string_equal(phrase_interval(text, &half), "");
    half = (struct estimate){4194.2, NAN, 4200, INTERVAL_BLOCKS};
    assert_string_equal(phrase_interval(text, &half), "");
}

static void the_basis_of_an_interval_is_told(void **state)
{
    (void)state;
    static const struct {
        enum interval_basis basis;
        const char *words;
    } all[] = {
        {INTERVAL_REPETITIONS, "95 % interval over 5 repetitions of one invocation"},
        {INTERVAL_RANGE, "range over 5 repetitions of one invocation"},
        {INTERVAL_RESOLUTION, "as far as one run resolves it"},
        {INTERVAL_REQUESTS, "95 % interval over the requests of one run"},
        {INTERVAL_BLOCKS, "95 % interval of the noise within one run"},
        {INTERVAL_NONE, "no interval"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct estimate estimate = {.basis = all[i].basis};
        assert_string_equal(phrase_basis(text, &estimate, 5), all[i].words);
    }
}

static void what_came_once_is_told_from_a_page_on(void **state)
{
    (void)state;
    struct measured measured = {.bytes_per_request = {10, 9, 11, INTERVAL_RANGE},
                                .bytes_once = {45056, 45056, 45056, INTERVAL_RANGE}};
    assert_string_equal(phrase_once(text, &measured), "44.0 KiB once");
    measured.bytes_once.value = -8192;
    assert_string_equal(phrase_once(text, &measured), "-8.0 KiB once");
    measured.bytes_once.value = 4095;
    assert_string_equal(phrase_once(text, &measured), "");
    measured.bytes_once.value = NAN;
    assert_string_equal(phrase_once(text, &measured), "with what came once");
    measured.bytes_per_request.value = NAN;
    assert_string_equal(phrase_once(text, &measured), "");
}

static void a_time_is_told_with_its_interval(void **state)
{
    (void)state;
    struct estimate time = {12000, 11000, INFINITY, INTERVAL_REQUESTS};
    assert_string_equal(phrase_time(text, &time), "12 us (11 us to never)");
    time = (struct estimate){INFINITY, NAN, NAN, INTERVAL_NONE};
    assert_string_equal(phrase_time(text, &time), "never");
}

/* --- Of a pair ------------------------------------------------------------------------------ */

static struct run_figures leak_run, fix_run;

static struct measured_pair pair_of(double requests, double tasks, double timers)
{
    struct measured_pair pair = {.settings = {.rate = 1000}};
    leak_run = (struct run_figures){
        .requests = requests, .tasks_left = tasks, .timers_held = timers, .as_catalogued = true};
    fix_run = (struct run_figures){.requests = requests, .as_catalogued = true};
    pair.variants[VARIANT_LEAK] = (struct measured){.run_count = 1, .runs = &leak_run};
    pair.variants[VARIANT_FIX] = (struct measured){.run_count = 1, .runs = &fix_run};
    struct expectation *expected = &pair.variants[VARIANT_LEAK].expected;
    expected->parked[WAIT_REASONS - 1] = tasks > 0;
    expected->timers_held = timers > 0;
    return pair;
}

static void the_load_is_told(void **state)
{
    (void)state;
    struct measured_pair pair = pair_of(100000, 100000, 0);
    assert_string_equal(phrase_load(text, &pair), "100,000 requests at 1,000/s");
    pair.settings.rate = 0;
    assert_string_equal(phrase_load(text, &pair), "100,000 requests as fast as they go");
    pair.settings.rate = 0.5;
    assert_string_equal(phrase_load(text, &pair), "100,000 requests at 30/min");
    pair.settings.rate = 2.5;
    assert_string_equal(phrase_load(text, &pair), "100,000 requests at 2.5/s");
    pair.settings.rate = 1;
    assert_string_equal(phrase_load(text, &pair), "100,000 requests at 1/s");
    pair.variants[VARIANT_LEAK].run_count = 0; /* it died: the fix tells */
    fix_run.requests = 70;
    assert_string_equal(phrase_load(text, &pair), "70 requests at 1/s");
    pair.variants[VARIANT_FIX].run_count = 0;
    assert_string_equal(phrase_load(text, &pair), "requests at 1/s");
}

static void what_grows_is_named_one_or_many(void **state)
{
    (void)state;
    struct measured_pair pair = pair_of(1000, 1000, 0);
    char left[PHRASE_LONG];
    assert_string_equal(left_words(left, &pair, VARIANT_LEAK), "1.000 task");
    assert_string_equal(left_words(left, &pair, VARIANT_FIX), "0.000 tasks");
    pair = pair_of(1000, 2000, 0);
    assert_string_equal(left_words(left, &pair, VARIANT_LEAK), "2.000 tasks");
    pair = pair_of(1000, 0, 10000);
    assert_string_equal(left_words(left, &pair, VARIANT_LEAK), "10.000 timers");
    pair = pair_of(1000, 0, 0);
    assert_string_equal(left_words(left, &pair, VARIANT_LEAK), "");
}

static void runs_that_differ_are_about_a_figure(void **state)
{
    (void)state;
    struct run_figures runs[2] = {{.requests = 100, .tasks_left = 100},
                                  {.requests = 100, .tasks_left = 101}};
    struct measured measured = {.run_count = 2, .runs = runs};
    size_t figure = offsetof(struct run_figures, tasks_left);
    assert_string_equal(phrase_per_request(text, &measured, figure), "about 1.005");
    runs[1] = (struct run_figures){.requests = 200, .tasks_left = 100};
    expect_words(phrase_per_request(text, &measured, figure), "about ");
    runs[1] = runs[0];
    assert_string_equal(phrase_per_request(text, &measured, figure), "1.000");
    measured.run_count = 0;
    assert_string_equal(phrase_per_request(text, &measured, figure), "-");
}

/* --- Quantiles ------------------------------------------------------------------------------ */

static void a_quantile_lies_between_its_neighbours(void **state)
{
    (void)state;
    static const struct latency latencies[] = {{30, 10}, {0, 10}, {25, 5}, {5, 15}};
    double *sorted = quantile_sort(latencies, 4, LATENCY_RESPONSE);
    for (int i = 0; i < 4; i++)
        assert_true(sorted[i] == 10 * (i + 1));
    assert_true(quantile_of(sorted, 4, 4, 0) == 10);
    assert_true(quantile_of(sorted, 4, 4, 0.5) == 25);
    assert_true(quantile_of(sorted, 4, 4, 1) == 40);
    /* Of eight requests four came back: beyond the fourth it is never. */
    assert_true(quantile_of(sorted, 4, 8, 3 / 7.0) == 40);
    assert_true(isinf(quantile_of(sorted, 4, 8, 0.43)));
    assert_true(isinf(quantile_of(sorted, 4, 8, 1)));
    assert_true(isinf(quantile_of(sorted, 0, 1, 0.5)));
    assert_true(quantile_of(sorted, 1, 1, 0.5) == 10);
    assert_true(isnan(quantile_of(sorted, 0, 0, 0.5)));
    free(sorted);
    sorted = quantile_sort(NULL, 0, LATENCY_LATE);
    assert_non_null(sorted);
    free(sorted);
}

/* Of times 0 .. 999, a nanosecond each: ranks are values. By exact sums of the binomial distribution, in no more than
 * 2.5 % of all cases at most 468 of 1000 stay under the median, and at most 982 under the 99th percentile; and 531 and
 * 996 stay under them or fewer in 97.5 %. */
static void the_interval_of_a_quantile_is_of_ranks(void **state)
{
    (void)state;
    static double grid[QUANTILE_PARTS + 1];
    for (int i = 0; i <= QUANTILE_PARTS; i++)
        grid[i] = i * 999.0 / QUANTILE_PARTS;
    struct estimate median = quantile_estimate(grid, 1000, 500);
    assert_int_equal(median.basis, INTERVAL_REQUESTS);
    assert_true(median.low <= 468 && median.low > 467);
    assert_true(median.high >= 531 && median.high < 532);
    struct estimate late = quantile_estimate(grid, 1000, 990);
    assert_true(late.low <= 982 && late.low > 980.9);
    assert_true(late.high >= 996 && late.high < 997);
    /* Too few for a tail to be known: no interval, and no error. */
    assert_int_equal(quantile_estimate(grid, 20, 990).basis, INTERVAL_NONE);
    assert_int_equal(quantile_estimate(grid, 20, 500).basis, INTERVAL_REQUESTS);
    assert_int_equal(quantile_estimate(grid, 0, 500).basis, INTERVAL_NONE);
    for (int i = 985; /* beyond it nothing has returned */ i <= QUANTILE_PARTS; i++)
        grid[i] = INFINITY;
    assert_true(isinf(quantile_estimate(grid, 1000, 980).high));
}

/* In 95 of 100 draws or more the true quantile is within: the grid rounds outwards. */
static void a_quantile_is_covered(void **state)
{
    (void)state;
    enum { TRIALS = 400, N = 200 };
    static struct latency times[N];
    int covered = 0;
    uint64_t chance = 7;
    for (int trial = 0; trial < TRIALS; trial++) {
        double grid[QUANTILE_PARTS + 1];
        for (int i = 0; i < N; i++) {
            chance = chance * 6364136223846793005u + 1442695040888963407u;
            times[i] = (struct latency){0, (int64_t)(chance >> 34)}; /* even up to 2^30 */
        }
        double *sorted = quantile_sort(times, N, LATENCY_SERVICE);
        quantiles_of(sorted, N, N, grid);
        struct estimate estimate = quantile_estimate(grid, N, 900);
        covered += estimate.low <= 0.9 * (1 << 30) && estimate.high >= 0.9 * (1 << 30);
        free(sorted);
    }
    assert_in_range(covered, TRIALS * 94 / 100, TRIALS * 99 / 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_have_their_thousands_apart),
        cmocka_unit_test(bytes_are_in_the_unit_that_fits),
        cmocka_unit_test(digits_are_five_or_all_before_the_point),
        cmocka_unit_test(times_are_in_the_unit_that_fits),
        cmocka_unit_test(costs_have_three_digits),
        cmocka_unit_test(rates_are_a_second_or_a_minute),
        cmocka_unit_test(a_number_has_the_digits_that_hold),
        cmocka_unit_test(a_number_has_its_sign_where_it_has_a_digit),
        cmocka_unit_test(an_interval_is_told_where_there_is_one),
        cmocka_unit_test(the_basis_of_an_interval_is_told),
        cmocka_unit_test(what_came_once_is_told_from_a_page_on),
        cmocka_unit_test(a_time_is_told_with_its_interval),
        cmocka_unit_test(the_interval_of_a_quantile_is_of_ranks),
        cmocka_unit_test(a_quantile_is_covered),
        cmocka_unit_test(the_load_is_told),
        cmocka_unit_test(what_grows_is_named_one_or_many),
        cmocka_unit_test(runs_that_differ_are_about_a_figure),
        cmocka_unit_test(a_quantile_lies_between_its_neighbours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
