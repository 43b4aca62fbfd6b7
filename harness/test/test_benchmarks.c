/* Reports of google-benchmark: names, units, fits and failures as they are read, and the rows that are made
 * of them; of reports written here. */
#include "test/planted.h"
#include "test/words.h"

#include "record/benchmarks.h"
#include "record/spread.h"
#include "result/compare_costs.h"
#include "result/costs.h"
#include "result/versus.h"
#include <math.h>

#define CONTEXT                                                                                    \
    "{'context': {'date': '2026-01-31T01:30:00+02:00', 'num_cpus': 4, 'commit': 'abc', 'go': "     \
    "'go1.26', 'leaklab': '1', 'command': '  a  b ', 'host_name': 'mine', 'executable': '/x'}, "   \
    "'benchmarks': ["

static char why[512];

/* The report with these entries, with ' for "; NULL where it is refused. */
static struct benchmarks *report_of(const char *entries)
{
    char *text = NULL;
    assert_true(asprintf(&text, CONTEXT "%s]}", entries) > 0);
    for (char *at = text; (at = strchr(at, '\''));)
        *at = '"';
    const char *path = planted_path("report.json");
    planted_write(path, text, strlen(text));
    free(text);
    assert_true(benchmarks_begin(path));
    return benchmarks_read(path, why, sizeof why);
}

#define RUN(name, unit, cpu, real)                                                                 \
    "{'run_name': '" name "', 'run_type': 'iteration', 'time_unit': '" unit "', 'cpu_time': " cpu  \
    ", 'real_time': " real "}"

/* --- Reading -------------------------------------------------------------------------------- */

static void names_lose_how_they_were_run_and_have_their_n(void **state)
{
    (void)state;
    struct benchmarks *b =
        report_of(RUN("micro/a/10/iterations:7/manual_time", "ns", "1", "2") ", " RUN(
            "micro/a/100/repeats:3", "us", "3",
            "4") ", " RUN("micro/b", "ms", "5",
                          "6") ", " RUN("micro/c/real_time", "s", "7",
                                        "8") ", " RUN("micro/c/process_time", "ns", "9",
                                                      "10") ", " RUN("7", "x", "1.5", "2"));
    assert_non_null(b);
    static const struct {
        const char *name;
        double n, run;
        size_t family;
    } all[] = {{"micro/a/10", 10, 2, 0},
               {"micro/a/100", 100, 3e3, 0},
               {"micro/b", NAN, 5e6, 1},
               {"micro/c/real_time", NAN, 8e9, 2},
               {"micro/c/process_time", NAN, 9, 3},
               {"7", NAN, 1.5, 4}};
    assert_int_equal(b->count, 6);
    assert_int_equal(b->family_count, 5);
    for (size_t i = 0; i < b->count; i++) {
        assert_string_equal(b->all[i].name, all[i].name);
        assert_true(isnan(all[i].n) ? isnan(b->all[i].n) : b->all[i].n == all[i].n);
        assert_true(b->all[i].runs[0] == all[i].run);
        assert_int_equal(b->all[i].family, all[i].family);
    }
    assert_int_equal(b->all[3].run_count, 1); /* by another clock: told apart */
    assert_int_equal(b->all[0].unit, UNIT_TIME);
    assert_int_equal(b->all[5].unit, UNIT_TIMES);
    assert_string_equal(b->families[0].name, "micro/a");
    assert_ptr_equal(benchmarks_find(b, "micro/b"), &b->all[2]);
    assert_null(benchmarks_find(b, "micro"));
    assert_false(benchmarks_compare(b));
    benchmarks_free(b);
}

static void what_it_is_about_is_kept_and_whose_it_was_is_not(void **state)
{
    (void)state;
    struct benchmarks *b = report_of(RUN("a", "ns", "1", "1"));
    json_t *command = json_object_get(b->about, "command");
    assert_string_equal(json_string_value(json_object_get(b->about, "time")),
                        "2026-01-30T23:30:00Z");
    assert_string_equal(json_string_value(json_object_get(b->about, "commit")), "abc");
    assert_int_equal(json_array_size(command), 2);
    assert_string_equal(json_string_value(json_array_get(command, 1)), "b");
    assert_int_equal(
        json_integer_value(json_object_get(json_object_get(b->about, "machine"), "cores")), 4);
    assert_string_equal(versus_go(b), "go1.26");
    char *kept = json_dumps(b->report, 0);
    expect_no_words(kept, "mine");
    expect_no_words(kept, "executable");
    free(kept);
    benchmarks_free(b);
}

static void failures_and_words_are_told_apart(void **state)
{
    (void)state;
    struct benchmarks *b = report_of(
        "{'run_name': 'a', 'label': 'what it is', 'time_unit': 'B', 'cpu_time': 4096}, "
        "{'run_name': 'a', 'label': 'later words', 'time_unit': 'B', 'cpu_time': 5000}, "
        "{'run_name': 'b', 'error_occurred': true, 'error_message': 'no memory'}, "
        "{'run_name': 'b', 'error_occurred': true, 'error_message': 'a later one'}, "
        "{'run_name': 'c', 'error_occurred': true}, "
        "{'run_name': 'd', 'label': 'ERROR: it broke', 'time_unit': 'ns', 'cpu_time': 1}");
    assert_non_null(b);
    assert_string_equal(b->all[0].words, "what it is");
    assert_null(b->all[0].failure);
    assert_int_equal(b->all[0].unit, UNIT_BYTES);
    assert_int_equal(b->all[0].run_count, 2);
    assert_string_equal(b->all[1].failure, "no memory");
    assert_int_equal(b->all[1].run_count, 0);
    assert_string_equal(b->all[2].failure, "it does not say why");
    assert_string_equal(b->all[3].failure, "it broke");
    assert_null(b->all[3].words);
    benchmarks_free(b);
    /* google-benchmark writes null where a figure is infinite, or is none. */
    b = report_of(RUN("a", "ns", "null", "1") ", " RUN("b/real_time", "ns", "1", "null"));
    assert_non_null(b);
    for (int i = 0; i < 2; i++) {
        assert_string_equal(b->all[i].failure, "its time is no finite number");
        assert_int_equal(b->all[i].run_count, 0);
    }
    benchmarks_free(b);
}

#define FIT(name, order, cpu, real)                                                                \
    "{'run_name': '" name "', 'run_type': 'aggregate', 'aggregate_name': 'BigO', 'time_unit': "    \
    "'us', 'big_o': '" order "', 'cpu_coefficient': " cpu ", 'real_coefficient': " real "}"

static void claims_are_those_of_their_family(void **state)
{
    (void)state;
    struct benchmarks *b =
        report_of(RUN("m/a/8", "ns", "1", "1") ", " RUN("m/ab/8", "ns", "1", "1") ", " FIT(
            "m/a", "NlgN", "2", "3") ", {'run_name': 'm/a', 'run_type': 'aggregate', "
                                     "'aggregate_name': 'RMS', 'rms': 0.25}");
    assert_non_null(b);
    assert_int_equal(b->families[0].claimed, ORDER_N_LOG_N);
    assert_int_equal(b->families[1].claimed, ORDER_NONE);
    assert_int_equal(b->families[0].fit.points, 0); /* of one N */
    benchmarks_free(b);
    b = report_of(RUN("a", "ns", "1", "1") ", " FIT("a", "f(N)", "0", "0"));
    assert_int_equal(b->families[0].claimed, ORDER_NONE); /* somebody's own function */
    benchmarks_free(b);
}

static void refuse(const char *entries, const char *words)
{
    struct benchmarks *b = report_of(entries);
    if (b)
        fail_msg("%s was taken", entries);
    expect_match(why, "/report.json: ");
    expect_words(why, words);
}

static void what_is_damaged_is_named_with_its_number(void **state)
{
    (void)state;
    refuse("", "no benchmark is in it");
    refuse(RUN("a", "ns", "1", "1") ", {'run_name': 7}",
           "\"run_name\" is no text, in its benchmark 2");
    refuse("{}", "an entry has no \"run_name\", in its benchmark 1");
    refuse(RUN("a", "h", "1", "1"), "\"time_unit\" is no unit that is known, in its benchmark 1");
    refuse(RUN("a", "ns", "-1", "1"), "\"cpu_time\" is no figure");
    refuse(RUN("a", "ns", "1e19", "1"), "\"cpu_time\" is no figure");
    refuse("{'run_name': 'a', 'time_unit': 'ns', 'real_time': 1}", "\"cpu_time\" is no figure");
    refuse("{'run_name': 'a/real_time', 'time_unit': 'ns', 'cpu_time': 1}",
           "\"real_time\" is no figure");
    refuse(RUN("a", "ns", "1", "1") ", " RUN("versus/a", "ns", "1", "1"),
           "benchmarks and a comparison in one");
    refuse(RUN("versus/a", "ns", "1", "1") ", " RUN("a", "ns", "1", "1"),
           "benchmarks and a comparison in one");
    struct benchmarks *b = report_of(RUN("a", "ns", "1e18", "1") ", " RUN("b", "ns", "0", "1"));
    assert_non_null(b); /* both ends */
    benchmarks_free(b);
}

static void what_begins_like_a_report_is_known(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool begins;
    } all[] = {{"{\"context\": 1", true},
               {" \n{\t\"benchmarks\":", true},
               {"{\"type\":", false},
               {"[\"context\"", false},
               {"", false},
               {"{}", false}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        const char *path = planted_path("begins");
        planted_write(path, all[i].text, strlen(all[i].text));
        assert_int_equal(benchmarks_begin(path), all[i].begins);
    }
    assert_false(benchmarks_begin(planted_path("nowhere")));
}

/* --- Rows ----------------------------------------------------------------------------------- */

static void spreads_are_of_what_there_is(void **state)
{
    (void)state;
    double values[] = {5, 1, 3, 9};
    struct spread spread = spread_of(values, 4);
    assert_true(spread.median == 4 && spread.least == 1 && spread.most == 9);
    spread = spread_of(values, 1); /* sorted by now */
    assert_true(spread.median == 1 && spread.least == 1 && spread.most == 1);
    spread = spread_of(NULL, 0);
    assert_true(isnan(spread.median) && isnan(spread.least) && isnan(spread.most));
}

static void figures_have_their_unit(void **state)
{
    (void)state;
    char text[PHRASE];
    assert_string_equal(cost_text(text, UNIT_TIME, 1240), "1.24 us");
    assert_string_equal(cost_text(text, UNIT_BYTES, 4096.4), "4,096 B");
    assert_string_equal(cost_text(text, UNIT_BYTES, 1e30), "1,000,000,000,000,000 B");
    assert_string_equal(cost_text(text, UNIT_TIMES, 1.234), "1.23");
    struct bench_family family = {
        .fit = {.points = 3, .holds = true, .order = ORDER_1, .coefficient = 166}};
    assert_string_equal(cost_fit(text, &family), "constant: 166 ns");
    family.fit.order = ORDER_LOG_N;
    assert_string_equal(cost_fit(text, &family), "166 ns x lg N");
}

static void expect_basis(const char *entries, const char *words)
{
    char text[PHRASE];
    struct benchmarks *b = report_of(entries);
    assert_string_equal(cost_basis(text, b), words);
    benchmarks_free(b);
}

static void how_often_it_was_run_is_told(void **state)
{
    (void)state;
    expect_basis(RUN("a", "ns", "1", "1"), "one run each, so how far they spread is not known");
    expect_basis(RUN("a", "ns", "1", "1") ", " RUN("a", "ns", "2", "1"), "medians of 2 runs");
    expect_basis(
        RUN("a", "ns", "1", "1") ", " RUN("a", "ns", "2", "1") ", " RUN("b", "ns", "2", "1"),
        "medians of 1 to 2 runs");
    expect_basis(RUN("a", "ns", "1", "1") ", " RUN(
                     "a", "ns", "2", "1") ", {'run_name': 'b', 'error_occurred': true}",
                 "medians of 2 runs"); /* what failed has none */
}

static void a_family_is_a_row(void **state)
{
    (void)state;
    size_t count;
    struct benchmarks *b =
        report_of(RUN("a/10", "ns", "90", "1") ", " RUN("a/10", "ns", "110", "1") ", " RUN(
            "a/10", "ns", "100",
            "1") ", " RUN("a/2", "ns", "10",
                          "1") ", " RUN("a/2000", "us", "1",
                                        "1") ", " FIT("a", "N", "0.001",
                                                      "1") ", {'run_name': 'a', 'run_type': "
                                                           "'aggregate', 'aggregate_name': 'RMS', "
                                                           "'rms': 0.071}, " RUN(
                                                               "b", "B", "5",
                                                               "1") ", {'run_name': 'c/7', "
                                                                    "'error_occurred': true, "
                                                                    "'error_message': 'why'}");
    assert_non_null(b);
    struct cost_row *rows = cost_rows(b, &count);
    assert_int_equal(count, 3);
    assert_string_equal(rows[0].name, "a");
    assert_string_equal(rows[0].n, "2 to 2,000");
    assert_string_equal(rows[0].cost, "10.0 ns to 1.00 us");
    assert_string_equal(rows[0].spread, "20.0 %");
    assert_string_equal(rows[0].fit, "not N: N^0.61 (-1.78 to 2.99)");
    assert_null(rows[0].failure);
    assert_string_equal(rows[1].n, "");
    assert_string_equal(rows[1].cost, "5 B");
    assert_string_equal(rows[1].spread, "one run");
    assert_string_equal(rows[1].fit, "");
    assert_string_equal(rows[2].n, "");
    assert_string_equal(rows[2].cost, "-");
    assert_string_equal(rows[2].failure, "why");
    free(rows);
    benchmarks_free(b);
}

static void work_in_go_stands_beside_ours(void **state)
{
    (void)state;
    size_t count;
    struct benchmarks *b =
        report_of(
            "{'run_name': 'versus/ours/x', 'label': 'the work', 'time_unit': 'ns', 'cpu_time': "
            "10}, " RUN("versus/ours/x", "ns", "20", "1") ", " RUN("versus/go/x", "ns", "40", "1") ", " RUN(
                "versus/go/x", "ns", "100",
                "1") ", " RUN("versus/ours/alone", "ns", "1",
                              "1") ", " RUN("versus/go/other", "ns", "1",
                                            "1") ", " RUN("versus/ours/y", "ns", "0",
                                                          "1") ", " RUN("versus/go/y", "ns", "3",
                                                                        "1") ", " RUN("versus/ours/"
                                                                                      "z",
                                                                                      "ns", "2",
                                                                                      "1") ", " RUN("versus/go/z",
                                                                                                    "ns",
                                                                                                    "3",
                                                                                                    "1"));
    assert_non_null(b);
    assert_true(benchmarks_compare(b));
    struct versus_row *rows = versus_rows(b, NULL, 0, &count);
    assert_int_equal(count, 3);
    assert_string_equal(rows[0].words, "the work");
    assert_string_equal(rows[0].ours, "15.0 ns");
    assert_string_equal(rows[0].go, "70.0 ns");
    assert_string_equal(rows[0].ratio, "4.50"); /* of 4 and 5, a round each */
    assert_string_equal(rows[0].spread, "4.00 to 5.00");
    assert_string_equal(rows[1].words, "versus/ours/y");
    assert_string_equal(rows[1].ratio, "-"); /* by nothing */
    assert_string_equal(rows[1].spread, "");
    assert_string_equal(rows[2].ratio, "1.50");
    assert_string_equal(rows[2].spread, "one round");
    for (enum versus_more more = 0; more < VERSUS_MORE; more++)
        assert_false(versus_has(rows, count, more));
    assert_string_equal(rows[0].range, "");
    free(rows);
    benchmarks_free(b);
}

#define SIDE(side, work, unit, cost) RUN("versus/" side "/" work, unit, cost, "1")

static void other_sides_and_other_machines_stand_beside_it(void **state)
{
    (void)state;
    size_t count;
    struct benchmarks *here =
        report_of(SIDE("ours", "y", "ns", "10") ", " SIDE("go", "y", "ns", "90") ", " SIDE(
            "go-no-gc", "y", "ns", "50") ", " SIDE("fiber", "y", "ns",
                                                   "20") ", " SIDE("ours", "m", "B",
                                                                   "100") ", " SIDE("go", "m", "B",
                                                                                    "700"));
    struct benchmarks *there =
        report_of(SIDE("ours", "y", "ns", "10") ", " SIDE("go", "y", "ns", "220"));
    const struct benchmarks *all[] = {there, here};
    struct versus_row *rows = versus_rows(here, all, 2, &count);
    assert_int_equal(count, 2);
    assert_string_equal(rows[0].ratio, "9.00");
    assert_string_equal(rows[0].range, "9.00 to 22.00, of 2");
    assert_string_equal(rows[0].more[VERSUS_NO_GC], "50.0 ns");
    assert_string_equal(rows[0].more[VERSUS_FIBER], "20.0 ns");
    assert_false(versus_has(rows, count, VERSUS_TWO));
    assert_true(versus_has(rows, count, VERSUS_FIBER));
    assert_string_equal(rows[1].go, "700 B");
    assert_string_equal(rows[1].ratio, ""); /* of bytes there is none */
    assert_string_equal(rows[1].range, "");
    free(rows);
    benchmarks_free(here);
    benchmarks_free(there);
}

/* --- Two of them ---------------------------------------------------------------------------- */

#define THREE(name, a, b, c)                                                                       \
    RUN(name, "ns", a, "1") ", " RUN(name, "ns", b, "1") ", " RUN(name, "ns", c, "1")

static void what_became_cheaper_is_told(void **state)
{
    (void)state;
    size_t count;
    struct benchmarks *before = report_of(
        THREE("same", "100", "101", "99") ", " THREE("less", "100", "101", "99") ", " THREE(
            "gone", "1", "2",
            "3") ", {'run_name': 'broken', 'error_occurred': true}, " THREE("unit", "1", "2", "3"));
    struct benchmarks *after =
        report_of(THREE("same", "101", "99", "100") ", " THREE("less", "50", "51", "49") ", " THREE(
            "broken", "1", "2",
            "3") ", {'run_name': 'unit', 'time_unit': 'B', 'cpu_time': 7}, " RUN("new", "us", "1",
                                                                                 "1"));
    struct cost_comparison *rows = compare_costs(before, after, false, &count);
    static const struct {
        const char *name;
        double before, after;
        enum change change;
        enum unit unit;
    } all[] = {{"same", 100, 100, CHANGE_ONE_PROCESS, UNIT_TIME},
               {"less", 100, 50, CHANGE_ONE_PROCESS, UNIT_TIME},
               {"gone", 2, NAN, CHANGE_ABSENT, UNIT_TIME},
               {"broken", NAN, 2, CHANGE_ABSENT, UNIT_TIME},
               {"unit", 2, 7, CHANGE_ABSENT, UNIT_TIME},
               {"new", NAN, 1000, CHANGE_ABSENT, UNIT_TIME}};
    assert_int_equal(count, 6);
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(rows[i].name, all[i].name);
        assert_true(isnan(all[i].before) ? isnan(rows[i].before) : rows[i].before == all[i].before);
        assert_true(isnan(all[i].after) ? isnan(rows[i].after) : rows[i].after == all[i].after);
        assert_int_equal(rows[i].contrast.change, all[i].change);
        assert_int_equal(rows[i].unit, all[i].unit);
    }
    free(rows);
    rows = compare_costs(NULL, after, false, &count);
    assert_int_equal(count, 5);
    free(rows);
    rows = compare_costs(before, NULL, false, &count);
    assert_int_equal(count, 5);
    free(rows);
    benchmarks_free(before);
    benchmarks_free(after);
}

/* Sides of one campaign may be two builds: that is what is compared. */
static void costs_of_other_machines_and_builds_are_not_judged(void **state)
{
    (void)state;
    static const char *const objects[] = {"machine", "build"}, *const names[] = {"kernel", "flags"},
                             *const bars[] = {"other kernel", "other flags"};
    size_t count;
    for (size_t i = 0; i < 2; i++) {
        struct benchmarks *before = report_of(THREE("same", "100", "101", "99"));
        struct benchmarks *after = report_of(THREE("same", "200", "201", "199"));
        json_object_set_new(json_object_get(after->about, objects[i]), names[i],
                            json_string("Another"));
        struct cost_comparison *rows = compare_costs(before, after, false, &count);
        assert_int_equal(rows[0].contrast.change, CHANGE_NOT_COMPARABLE);
        assert_string_equal(rows[0].bar, bars[i]);
        assert_true(fabs(expm1(rows[0].contrast.value) - 1) < 0.01); /* it is told all the same */
        free(rows);
        rows = compare_costs(before, after, true, &count);
        assert_int_not_equal(rows[0].contrast.change, CHANGE_NOT_COMPARABLE);
        assert_null(rows[0].bar);
        free(rows);
        benchmarks_free(before);
        benchmarks_free(after);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, planted_folder_make, planted_folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(names_lose_how_they_were_run_and_have_their_n),
        TEST(what_it_is_about_is_kept_and_whose_it_was_is_not),
        TEST(failures_and_words_are_told_apart),
        TEST(claims_are_those_of_their_family),
        TEST(what_is_damaged_is_named_with_its_number),
        TEST(what_begins_like_a_report_is_known),
        TEST(spreads_are_of_what_there_is),
        TEST(figures_have_their_unit),
        TEST(how_often_it_was_run_is_told),
        TEST(a_family_is_a_row),
        TEST(work_in_go_stands_beside_ours),
        TEST(other_sides_and_other_machines_stand_beside_it),
        TEST(what_became_cheaper_is_told),
        TEST(costs_of_other_machines_and_builds_are_not_judged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
