/* How costs go with N: fits of known data, and which orders they hold. The figures beside them were worked out
 * apart, by the textbook's formulas for a straight line. */
#include "test/planted.h"
#include "test/words.h"

#include "record/benchmarks.h"
#include "result/costs.h"
#include <math.h>

static const double decades[] = {1e3, 1e4, 1e5, 1e6};

static void expect_near(double value, double expected)
{
    if (!(fabs(value - expected) <= 1e-9 * fmax(1, fabs(expected))))
        fail_msg("%.12g instead of %.12g", value, expected);
}

static void a_power_is_found_with_its_interval(void **state)
{
    (void)state;
    static const double grows[] = {116, 180, 420, 664};
    struct bench_fit fit = bench_fit_of(decades, grows, 4, ORDER_NONE);
    assert_int_equal(fit.points, 4);
    expect_near(fit.exponent, 0.2641107055717891);
    expect_near(fit.low, 0.1586312512884205);
    expect_near(fit.high, 0.36959015985515775);
    expect_near(fit.scale, 17.897352461234725);
    expect_near(bench_fit_at(&fit, 1e4), 17.897352461234725 * pow(1e4, 0.2641107055717891));
    assert_false(fit.holds);
}

static void what_stays_as_it_is_is_constant(void **state)
{
    (void)state;
    static const double stays[] = {100, 104, 98, 102}, same[] = {7, 7, 7};
    struct bench_fit fit = bench_fit_of(decades, stays, 4, ORDER_NONE);
    assert_true(fit.holds);
    assert_int_equal(fit.order, ORDER_1);
    expect_near(fit.exponent, -6.748320533653534e-07);
    expect_near(fit.low, -0.02617332381073427);
    expect_near(fit.high, 0.026171974146627537);
    expect_near(fit.coefficient, 100.97524060569776);
    expect_near(fit.rms, 0.022393135970541895);
    expect_near(bench_fit_at(&fit, 5), fit.coefficient);
    fit = bench_fit_of(decades, same, 3, ORDER_NONE);
    assert_true(fit.holds);
    expect_near(fit.coefficient, 7);
}

/* By the interval alone the first would be: of three points it is wide. */
static void neither_wide_intervals_nor_small_changes_make_it_so(void **state)
{
    (void)state;
    static const double there_and_back[] = {100, 210, 100}, little[] = {100, 101, 102, 103};
    struct bench_fit fit = bench_fit_of(decades, there_and_back, 3, ORDER_NONE);
    assert_true(fit.low < 0 && fit.high > 0);
    assert_false(fit.holds);
    static const double closer[] = {100, 190, 100};
    assert_true(bench_fit_of(decades, closer, 3, ORDER_NONE).holds);
    assert_false(bench_fit_of(decades, little, 4, ORDER_NONE).holds);
}

static double cost_of(enum order order, double n)
{
    const double costs[] = {
        [ORDER_1] = 1,       [ORDER_LOG_N] = log2(n), [ORDER_N] = n, [ORDER_N_LOG_N] = n * log2(n),
        [ORDER_N_2] = n * n, [ORDER_N_3] = n * n * n};
    return 2000 * costs[order];
}

static void a_claim_holds_where_it_is_so(void **state)
{
    (void)state;
    static const char *const names[] = {"(1)", "lgN", "N", "NlgN", "N^2", "N^3"};
    double costs[4];
    for (enum order is = ORDER_1; is <= ORDER_N_3; is++) {
        for (int i = 0; i < 4; i++)
            costs[i] = cost_of(is, decades[i]);
        for (enum order claim = ORDER_1; claim <= ORDER_N_3; claim++) {
            struct bench_fit fit = bench_fit_of(decades, costs, 4, claim);
            bool constant = is == ORDER_1;
            assert_int_equal(fit.holds, claim == is || constant);
            assert_int_equal(fit.order, constant ? ORDER_1 : claim);
        }
        struct bench_fit fit = bench_fit_of(decades, costs, 4, is);
        expect_near(fit.coefficient, 2000);
        expect_near(fit.rms, 0);
        expect_near(bench_fit_at(&fit, 8), cost_of(is, 8));
        assert_int_equal(order_called(names[is - ORDER_1]), is);
    }
    assert_int_equal(order_called("f(N)"), ORDER_NONE);
}

static void of_too_little_there_is_no_fit(void **state)
{
    (void)state;
    static const double alike[] = {10, 10, 100, 100}, costs[] = {1, 2, 3, 4};
    assert_int_equal(bench_fit_of(decades, costs, 2, ORDER_NONE).points, 0);
    assert_int_equal(bench_fit_of(alike, costs, 4, ORDER_N).points, 0);
    assert_int_equal(bench_fit_of(decades, costs, 0, ORDER_NONE).points, 0);
    static double many[1000];
    for (int i = 0; i < 1000; i++)
        many[i] = i + 1;
    assert_int_equal(bench_fit_of(many, many, 1000, ORDER_NONE).points, 0);
    /* From one on; lg 1 takes out nothing. */
    static const double from_one[] = {1, 2, 4};
    assert_false(bench_fit_of(from_one, costs, 3, ORDER_LOG_N).holds);
}

/* The report's own fit is of the processor's time, of which the costs are not. */
static void a_fit_is_of_the_clock_that_counts(void **state)
{
    (void)state;
    static const char text[] =
        "{\"context\": {\"date\": \"2026-01-31T00:30:00+01:00\", \"num_cpus\": 2}, \"benchmarks\": "
        "["
        "{\"run_name\": \"park/10/manual_time\", \"real_time\": 100, \"cpu_time\": 1, "
        "\"time_unit\": \"ns\"},"
        "{\"run_name\": \"park/100/manual_time\", \"real_time\": 104, \"cpu_time\": 50, "
        "\"time_unit\": \"ns\"},"
        "{\"run_name\": \"park/1000/manual_time\", \"real_time\": 98, \"cpu_time\": 9000, "
        "\"time_unit\": \"ns\"},"
        "{\"run_name\": \"park/manual_time\", \"run_type\": \"aggregate\", \"aggregate_name\": "
        "\"BigO\", \"cpu_coefficient\": 2, \"real_coefficient\": 9, \"big_o\": \"(1)\", "
        "\"time_unit\": \"ns\"},"
        "{\"run_name\": \"park/manual_time\", \"run_type\": \"aggregate\", \"aggregate_name\": "
        "\"RMS\", \"rms\": 1.25}]}";
    char why[256] = "";
    size_t count;
    planted_write(planted_path("r"), text, sizeof text - 1);
    struct benchmarks *b = benchmarks_read(planted_path("r"), why, sizeof why);
    assert_non_null(b);
    struct cost_row *rows = cost_rows(b, &count);
    assert_int_equal(count, 1);
    assert_string_equal(rows[0].fit, "constant: 101 ns, rms 2 %; N^0.00 (-0.16 to 0.15)");
    free(rows);
    benchmarks_free(b);
}

static void an_exponent_is_told_in_hundredths(void **state)
{
    (void)state;
    char text[PHRASE];
    struct bench_family family = {.fit = {.points = 3, .exponent = 0.344, .order = ORDER_1}};
    assert_string_equal(cost_fit(text, &family), "N^0.34");
    family.fit.exponent = -0.001;
    assert_string_equal(cost_fit(text, &family), "N^0.00");
    family.fit.points = 0;
    assert_string_equal(cost_fit(text, &family), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_power_is_found_with_its_interval),
        cmocka_unit_test(what_stays_as_it_is_is_constant),
        cmocka_unit_test(neither_wide_intervals_nor_small_changes_make_it_so),
        cmocka_unit_test(a_claim_holds_where_it_is_so),
        cmocka_unit_test(of_too_little_there_is_no_fit),
        cmocka_unit_test_setup_teardown(a_fit_is_of_the_clock_that_counts, planted_folder_make,
                                        planted_folder_remove),
        cmocka_unit_test(an_exponent_is_told_in_hundredths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
