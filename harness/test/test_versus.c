/* The comparison with Go, row by row and column by column, of reports that are written here. */
#include "test/report.h"

#include "result/compare_costs.h"
#include "result/versus.h"
#include <math.h>

/* What one run of a row took. */
struct took {
    const char *name, *unit;
    int cost;
};

static struct benchmarks *report_of(const char *begins, const char *more, const struct took *runs,
                                    size_t count)
{
    char entries[8192] = "";
    for (size_t i = 0; i < count; i++)
        snprintf(entries + strlen(entries), sizeof entries - strlen(entries),
                 "%s{'run_name': '%s%s', %s'time_unit': '%s', 'cpu_time': %d}", i ? ", " : "",
                 begins, runs[i].name, more, runs[i].unit, runs[i].cost);
    return report_read(entries);
}

#define VERSUS(runs) report_of("versus/", "", runs, sizeof(runs) / sizeof *(runs))

static void expect_rows(const struct benchmarks *of, const struct benchmarks *const *all,
                        size_t all_count, const char *wanted)
{
    char told[2048] = "";
    size_t count;
    struct versus_row *rows = versus_rows(of, all, all_count, &count);
    for (size_t i = 0; i < count; i++)
        snprintf(told + strlen(told), sizeof told - strlen(told),
                 "%s: Go %s, here %s, ratio '%s', spread '%s', more '%s' '%s' '%s', range '%s'\n",
                 rows[i].words, rows[i].go, rows[i].ours, rows[i].ratio, rows[i].spread,
                 rows[i].more[VERSUS_NO_GC], rows[i].more[VERSUS_TWO], rows[i].more[VERSUS_FIBER],
                 rows[i].range);
    assert_string_equal(told, wanted);
    free(rows);
}

static void every_column_is_told(void **state)
{
    (void)state;
    /* Of the first there are the most rounds, and more than Go has. */
    static const struct took of_here[] = {
        {"ours/a", "ns", 10},  {"ours/a", "ns", 20},    {"ours/a", "ns", 40},
        {"go/a", "ns", 50},    {"go/a", "ns", 60},      {"go-no-gc/a", "us", 7},
        {"go-two/a", "ns", 8}, {"fiber/a", "ns", 9},    {"ours/b", "B", 100},
        {"go/b", "ns", 300},   {"ours/c", "ns", 100},   {"go/c", "B", 300},
        {"ours/d", "B", 100},  {"go/d", "B", 300},      {"fiber/d", "B", 200},
        {"ours/e", "ns", 0},   {"ours/e", "ns", 1},     {"go/e", "ns", 3},
        {"go/e", "ns", 4},     {"ours/alone", "ns", 1}, {"go/alone_too", "ns", 1},
    };
    static const struct took of_there[] = {{"ours/a", "ns", 10}, {"go/a", "ns", 90}};
    static const struct took of_neither[] = {
        {"ours/a", "B", 10}, {"go/a", "ns", 5}, {"ours/e", "ns", 0}, {"go/e", "ns", 5}};
    struct benchmarks *here = VERSUS(of_here), *there = VERSUS(of_there),
                      *neither = VERSUS(of_neither);
    const struct benchmarks *all[] = {here, there, neither};
    expect_rows(
        here, all, 3,
        "versus/ours/a: Go 55.0 ns, here 20.0 ns, ratio '4.00', spread '3.00 to 5.00', more '7.00 "
        "us' '8.00 ns' '9.00 ns', range '4.00 to 9.00, of 2'\n"
        "versus/ours/b: Go 300 ns, here 100 B, ratio '', spread '', more '' '' '', range ''\n"
        "versus/ours/c: Go 300 B, here 100 ns, ratio '', spread '', more '' '' '', range ''\n"
        "versus/ours/d: Go 300 B, here 100 B, ratio '', spread '', more '' '' '200 B', range ''\n"
        "versus/ours/e: Go 3.50 ns, here 0.50 ns, ratio '4.00', spread '4.00 to 4.00', more '' '' "
        "'', range ''\n");
    expect_rows(there, NULL, 0,
                "versus/ours/a: Go 90.0 ns, here 10.0 ns, ratio '9.00', spread 'one round', more "
                "'' '' '', range ''\n");
    assert_string_equal(versus_head(VERSUS_NO_GC), "Go, GOGC=off");
    assert_string_equal(versus_head(VERSUS_TWO), "Go, GOMAXPROCS=2");
    assert_string_equal(versus_head(VERSUS_FIBER), "Boost.Fiber");
    assert_string_equal(versus_go(here), "Go");
    benchmarks_free(here);
    benchmarks_free(there);
    benchmarks_free(neither);
}

/* --- Aggregates ------------------------------------------------------------------------------ */

#define MEANS(runs)                                                                                \
    report_of("", "'run_type': 'aggregate', 'aggregate_name': 'mean', 'iterations': 5, ", runs,    \
              sizeof(runs) / sizeof *(runs))

/* Of means alone nobody knows how many processes there were; what they differ by is told. */
static void means_alone_have_no_verdict(void **state)
{
    (void)state;
    static const struct took was[] = {
        {"a", "ns", 100}, {"b", "ns", 0}, {"c", "ns", 5}, {"d", "ns", 7}};
    static const struct took is[] = {
        {"a", "ns", 110}, {"b", "ns", 3}, {"c", "ns", 0}, {"d", "B", 7}};
    struct benchmarks *before = MEANS(was), *after = MEANS(is);
    size_t count;
    struct cost_comparison *rows = compare_costs(before, after, false, &count);
    static const struct {
        bool logs;
        double value;
        enum change change;
    } all[] = {{true, 0.0953101798, CHANGE_ONE_PROCESS},
               {false, 3, CHANGE_ONE_PROCESS},
               {false, -5, CHANGE_ONE_PROCESS},
               {false, NAN, CHANGE_ABSENT}};
    assert_int_equal(count, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(rows[i].contrast.logs, all[i].logs);
        assert_int_equal(rows[i].contrast.change, all[i].change);
        if (isnan(all[i].value))
            assert_true(isnan(rows[i].contrast.value));
        else
            assert_true(fabs(rows[i].contrast.value - all[i].value) < 1e-9);
        assert_true(isnan(rows[i].contrast.low) && isnan(rows[i].contrast.error));
    }
    free(rows);
    benchmarks_free(before);
    benchmarks_free(after);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, planted_folder_make, planted_folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_column_is_told),
        TEST(means_alone_have_no_verdict),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
