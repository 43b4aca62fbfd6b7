/* Reports of any google-benchmark: names are told apart as it does, and what is no number, no run or no
 * success is read as it is meant. */
#include "test/planted.h"
#include "test/words.h"

#include "record/bench_name.h"
#include "result/compare_costs.h"
#include "result/costs.h"
#include <math.h>

/* --- Names ---------------------------------------------------------------------------------- */

static void expect_told(const char *run_name, struct bench_how how, const char *told)
{
    char *name = bench_name_told(run_name, &how);
    assert_string_equal(name, told);
    free(name);
}

static void options_are_no_part_of_a_name(void **state)
{
    (void)state;
    static const struct bench_how none = {0};
    static const struct bench_how ran = {.iterations = 20, .repetitions = 3, .threads = 2};
    expect_told("BM_Hoist", none, "BM_Hoist");
    expect_told("a/8/min_time:0.500/min_warmup_time:1.000/iterations:20/repeats:3/process_time/"
                "real_time",
                ran, "a/8");
    expect_told("a/8/iterations:10/real_time/threads:2", ran, "a/8/threads:2");
    expect_told("a/size:8/manual_time", none, "a/size:8");
    expect_told("a<b/c>/threads:4", none, "a<b/c>/threads:4");
    /* Arguments that are called as an option is, or stand where none can. */
    expect_told("a/iterations:8", ran, "a/iterations:8");
    expect_told("a/repeats:8", ran, "a/repeats:8");
    expect_told("a/min_time:8", none, "a/min_time:8");
    expect_told("a/repeats:3/iterations:20", ran, "a/repeats:3");
    expect_told("manual_time", none, "manual_time");
    expect_told("Größe/αβγ/real_time", none, "Größe/αβγ");
    assert_true(bench_name_real("a/8/process_time/real_time/threads:2"));
    assert_true(bench_name_real("a/manual_time"));
    assert_false(bench_name_real("a/process_time"));
    assert_false(bench_name_real("real_time"));
}

static void expect_split(const char *name, const char *family, const char *stem, double n)
{
    struct bench_split split;
    assert_true(bench_name_split(name, &split));
    assert_string_equal(split.family, family);
    assert_string_equal(split.stem, stem);
    assert_true(isnan(n) ? isnan(split.n) : split.n == n);
    free(split.family);
    free(split.stem);
}

static void families_differ_by_one_number(void **state)
{
    (void)state;
    expect_split("micro/fire/1000", "micro/fire", "micro/fire", 1000);
    expect_split("a/size:64", "a/size:N", "a", 64);
    expect_split("a/b:8/c:16", "a/b:8/c:N", "a/b:8", 16);
    expect_split("a/threads:8", "a/threads:N", "a", 8);
    expect_split("a/64/threads:8", "a/threads:8", "a/threads:8", 64);
    expect_split("a/size:64/threads:8", "a/size:N/threads:8", "a/threads:8", 64);
    expect_split("a/-3", "a/-3", "a/-3", NAN);
    expect_split("a/case_b", "a/case_b", "a/case_b", NAN);
    expect_split("12", "12", "12", NAN);
    expect_split("a/:5", "a/:N", "a", 5);
}

/* --- Reports -------------------------------------------------------------------------------- */

static struct benchmarks *read_text(const char *entries)
{
    char why[512] = "", *text = NULL;
    const char *path = planted_path("report.json");
    assert_true(asprintf(&text,
                         "{\"context\": {\"date\": \"2026-01-31T00:30:00+01:00\", \"num_cpus\": "
                         "2}, \"benchmarks\": [%s]}",
                         entries) > 0);
    planted_write(path, text, strlen(text));
    free(text);
    struct benchmarks *b = benchmarks_read(path, why, sizeof why);
    if (!b)
        fail_msg("%s", why);
    return b;
}

#define RUN(name, time, more)                                                                      \
    "{\"run_name\": \"" name "\", \"run_type\": \"iteration\", \"real_time\": " time               \
    ", \"cpu_time\": " time ", \"time_unit\": \"ns\"" more "}"
#define AGGREGATE(name, what, time)                                                                \
    "{\"run_name\": \"" name "\", \"run_type\": \"aggregate\", \"aggregate_name\": \"" what        \
    "\", \"iterations\": 5, \"real_time\": " time ", \"cpu_time\": " time                          \
    ", \"time_unit\": \"us\"}"

static void arguments_and_threads_tell_benchmarks_apart(void **state)
{
    (void)state;
    size_t count;
    struct benchmarks *was = read_text(RUN("a/size:1", "100", "") "," RUN("a/size:8", "800", "") //
                                       "," RUN("a/threads:8", "800", "") "," RUN("gone", "1", ""));
    struct benchmarks *is = read_text(RUN("a/size:1", "100", "") "," RUN("a/size:8", "800", "") //
                                      "," RUN("a/threads:8", "1600", ""));
    struct cost_comparison *rows = compare_costs(was, is, false, &count);
    assert_int_equal(count, 4);
    assert_true(rows[0].contrast.value == 0 && rows[1].contrast.value == 0);
    assert_string_equal(rows[2].name, "a/threads:8");
    assert_true(rows[2].before == 800 && rows[2].after == 1600);
    assert_null(rows[3].is);
    free(rows);
    benchmarks_free(was);
    benchmarks_free(is);
}

/* One that ran for longer is the same; two of one report that differ by no more are not. */
static void how_it_ran_is_passed_over_where_it_can_be(void **state)
{
    (void)state;
    size_t count;
    struct benchmarks *was = read_text(RUN("a/8/min_time:0.100", "5", ""));
    struct benchmarks *is = read_text(RUN("a/8/min_time:0.500", "6", ""));
    struct cost_comparison *rows = compare_costs(was, is, false, &count);
    assert_int_equal(count, 1);
    assert_string_equal(rows[0].name, "a/8");
    free(rows);
    benchmarks_free(is);
    is = read_text(RUN("a/8/min_time:0.500", "6", "") "," RUN("a/8/min_time:0.100", "7", ""));
    assert_string_equal(is->all[0].name, "a/8/min_time:0.500");
    rows = compare_costs(was, is, false, &count);
    assert_int_equal(count, 2);
    assert_true(rows[0].before == 5 && rows[0].after == 7);
    assert_true(isnan(rows[1].before) && rows[1].after == 6);
    free(rows);
    benchmarks_free(was);
    benchmarks_free(is);
}

static void what_is_no_number_is_no_run(void **state)
{
    (void)state;
    struct benchmarks *b = read_text(RUN(
        "a", "1.5",
        ", \"items_per_second\": Infinity, \"x\": -NaN, \"label\": \"NaN "
        "\\\"inf\"") "," RUN("b", "NaN", "") "," RUN("c", "-Infinity", "") "," RUN("c", "2", ""));
    assert_true(b->all[0].cost.median == 1.5);
    assert_string_equal(b->all[0].words, "NaN \"inf");
    assert_string_equal(b->all[1].failure, "its time is no finite number");
    assert_true(isnan(b->all[1].cost.median) && b->all[1].cost.runs == 0);
    assert_non_null(b->all[2].failure);
    benchmarks_free(b);
}

static void what_did_not_run_costs_nothing_and_says_why(void **state)
{
    (void)state;
    struct benchmarks *b =
        read_text(RUN("a", "0", ", \"error_occurred\": true, \"error_message\": \"no scale\"") //
                  "," RUN("b", "0", ", \"skipped\": true, \"skip_message\": \"not here\"")     //
                  "," RUN("c", "0", ", \"skipped\": true"));
    assert_string_equal(b->all[0].failure, "no scale");
    assert_false(b->all[0].skipped);
    assert_string_equal(b->all[1].failure, "not here");
    assert_true(b->all[1].skipped);
    assert_string_equal(b->all[2].failure, "it does not say why");
    size_t count;
    struct cost_row *rows = cost_rows(b, &count);
    assert_int_equal(count, 3);
    assert_string_equal(rows[1].cost, "-");
    assert_true(rows[1].skipped && !rows[0].skipped);
    free(rows);
    benchmarks_free(b);
    const struct ran *ran = planted_shell("$LAB compare report.json report.json");
    assert_int_equal(ran->status, 0);
    expect_match(ran->said, "^a +- +- +- +no scale \\(failed\\)$");
    expect_match(ran->said, "^b +- +- +- +not here \\(skipped\\)$");
}

static void aggregates_alone_are_figures_too(void **state)
{
    (void)state;
    size_t count;
    struct benchmarks *was =
        read_text(AGGREGATE("a/64", "mean", "100") "," AGGREGATE("a/64", "median", "99") //
                  "," AGGREGATE("a/64", "stddev", "1") "," AGGREGATE("a/64", "cv", "0.01"));
    assert_int_equal(was->count, 1);
    assert_true(was->all[0].cost.median == 99000 && was->all[0].cost.runs == 5);
    struct cost_row *said = cost_rows(was, &count);
    assert_string_equal(said[0].cost, "99.0 us");
    assert_string_equal(said[0].spread, "sd 1.0 %");
    free(said);
    struct benchmarks *is =
        read_text(AGGREGATE("a/64", "mean", "110") "," AGGREGATE("a/64", "stddev", "1"));
    struct cost_comparison *rows = compare_costs(was, is, false, &count);
    assert_int_equal(count, 1);
    /* Aggregates do not tell how many processes there were, so there is no verdict. */
    assert_true(fabs(rows[0].contrast.value - log(1.1)) < 1e-9);
    assert_true(isnan(rows[0].contrast.low));
    assert_int_equal(rows[0].contrast.change, CHANGE_ONE_PROCESS);
    free(rows);
    benchmarks_free(was);
    benchmarks_free(is);
}

static void a_name_may_be_long_and_of_any_script(void **state)
{
    (void)state;
    enum { LONG = 3000 };
    char *entries = NULL, name[LONG + 1];
    memset(name, 't', LONG);
    name[LONG] = 0;
    assert_true(asprintf(&entries,
                         "{\"run_name\": \"%s<α>\", \"cpu_time\": 1, \"time_unit\": \"ns\"}, "
                         "{\"run_name\": \"日本/8\", \"cpu_time\": 1, \"time_unit\": \"ns\"}, "
                         "{\"run_name\": \"日本/64\", \"cpu_time\": 1, \"time_unit\": \"ns\"}, "
                         "{\"run_name\": \"e\\u001b[31m\", \"cpu_time\": 1, \"time_unit\": "
                         "\"ns\"}",
                         name) > 0);
    benchmarks_free(read_text(entries));
    free(entries);
    const struct ran *ran = planted_shell("$LAB compare report.json report.json && $LAB save "
                                          "--machine m report.json && $LAB verify");
    assert_int_equal(ran->status, 0);
    expect_words(ran->said, "ttt<α>\n");
    expect_match(ran->said, "^日本/8             +1.00 ns +1.00 ns");
    expect_match(ran->said, "^e\\\\x1b\\[31m         +1.00 ns +1.00 ns");
    expect_no_words(ran->said, "\033");
    expect_words(ran->said, "1 result, all as it says");
}

/* --- Long tables ---------------------------------------------------------------------------- */

static void report_of_many(const char *path, int count, double changed)
{
    FILE *out = fopen(path, "we");
    assert_non_null(out);
    fputs("{\"context\": {\"date\": \"2026-01-31T00:30:00+01:00\", \"num_cpus\": 2}, "
          "\"benchmarks\": [",
          out);
    for (int i = 0; i < count; i++)
        for (int run = 0; run < 3; run++)
            fprintf(out, "%s{\"run_name\": \"b%d\", \"cpu_time\": %g, \"time_unit\": \"ns\"}",
                    i || run ? ", " : "", i, (i == 7 ? changed : 100) + run);
    fputs("]}", out);
    assert_int_equal(fclose(out), 0);
}

static void of_a_long_table_what_changed_is_shown(void **state)
{
    (void)state;
    report_of_many(planted_path("was"), 202, 100);
    report_of_many(planted_path("is"), 200, 200);
    const struct ran *ran = planted_shell("$LAB compare was is");
    assert_int_equal(ran->status, 0);
    expect_match(ran->said, "^b7 .* worse$");
    expect_no_words(ran->said, "b8");
    expect_words(ran->said, "\n199 more: no difference seen\n2 only before: b200, b201\n--all");
    ran = planted_shell("$LAB compare --all was is");
    expect_match(ran->said, "^b8 .* no difference seen$");
    expect_match(ran->said, "^b201 .* only before$");
    expect_no_words(ran->said, "more:");
}

static void what_has_nothing_in_common_is_one_line(void **state)
{
    (void)state;
    report_of_many(planted_path("report"), 200, 100);
    planted_record(planted_path("record"), planted_two, 2);
    const struct ran *ran = planted_shell("$LAB compare record report");
    assert_int_equal(ran->status, 1);
    assert_string_equal(ran->said,
                        "nothing to compare: record has 2 pairs, report has 200 benchmarks\n");
}

static void a_narrow_terminal_has_two_lines_a_row(void **state)
{
    (void)state;
    report_of_many(planted_path("was"), 2, 100);
    const struct ran *ran = planted_shell("COLUMNS=60 $LAB compare was was | head -4");
    expect_words(ran->said, "b0\n    101 ns before, 101 ns after: +0.0 % (");
    for (const char *line = ran->said; line && *line; line += strcspn(line, "\n") + 1)
        assert_true(strcspn(line, "\n") <= 60);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, planted_folder_make, planted_folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(options_are_no_part_of_a_name),
        TEST(families_differ_by_one_number),
        TEST(arguments_and_threads_tell_benchmarks_apart),
        TEST(how_it_ran_is_passed_over_where_it_can_be),
        TEST(what_is_no_number_is_no_run),
        TEST(what_did_not_run_costs_nothing_and_says_why),
        TEST(aggregates_alone_are_figures_too),
        TEST(a_name_may_be_long_and_of_any_script),
        TEST(of_a_long_table_what_changed_is_shown),
        TEST(what_has_nothing_in_common_is_one_line),
        TEST(a_narrow_terminal_has_two_lines_a_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
