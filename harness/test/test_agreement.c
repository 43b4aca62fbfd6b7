/* The suite by itself and the comparison with Go: whether one name has one value. Figures are drawn from a known law;
 * nothing is measured. */
#include "test/paper.h"
#include "test/planted.h"
#include "test/words.h"

#include "probe/growth.h"
#include "report/agreement.h"
#include "result/agreement.h"
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 40, PROCESSES = 5 };

static void begin(FILE *out, const char *processor)
{
    fprintf(out,
            "{\"context\": {\"num_cpus\": 2, \"date\": \"2026-01-31T00:30:00+01:00\", "
            "\"processor\": \"%s\"}, \"benchmarks\": [",
            processor);
}

/* As `make bench` has them: whole names, and how they were run; a row more than the other has. */
static void plant_suite(const char *file, const char *processor, int processes, gsl_rng *random)
{
    FILE *out = fopen(planted_path("%s", file), "we");
    assert_non_null(out);
    begin(out, processor);
    for (int row = 0; row <= ROWS; row++)
        for (int i = 0; i < processes; i++)
            fprintf(out,
                    "%s{\"name\": \"micro/row/%d/real_time\", \"run_name\": "
                    "\"micro/row/%d/real_time\", \"run_type\": \"iteration\", \"iterations\": 9, "
                    "\"invocation\": %d, \"cpu_time\": 1, \"real_time\": %.9g, \"resident_bytes\": "
                    "%d, \"time_unit\": \"ns\"}",
                    row || i ? "," : "", row, row, i,
                    (10 + row) * exp(gsl_ran_gaussian(random, 0.02)), 4200 + row);
    fputs("]}\n", out);
    assert_int_equal(fclose(out), 0);
}

/* As `make bench-go` has them, so much more than the law; and what only Go has, and what has no such field there. */
static void plant_versus(const char *file, double more, gsl_rng *random)
{
    static const char entry[] =
        "{\"name\": \"%s\", \"run_name\": \"%s\", \"run_type\": \"iteration\", "
        "\"repetition_index\": %d, \"cpu_time\": 1, \"real_time\": %.9g, \"time_unit\": \"%s\"}";
    FILE *out = fopen(planted_path("%s", file), "we");
    char name[64];
    assert_non_null(out);
    begin(out, "One");
    for (int row = 0; row < ROWS; row++)
        for (int i = 0; i < PROCESSES; i++) {
            double cost = (10 + row) * (1 + more) * exp(gsl_ran_gaussian(random, 0.02));
            snprintf(name, sizeof name, "versus/ours/row/%d/real_time", row);
            fprintf(out, entry, name, name, i, cost, "ns");
            putc(',', out);
        }
    for (int i = 0; i < PROCESSES; i++) {
        fprintf(out, entry, "versus/ours/row/7/resident_bytes", "versus/ours/row/7/resident_bytes",
                i, 4207.0, "B");
        putc(',', out);
    }
    fprintf(out, entry, "versus/ours/row/7/freed_bytes", "versus/ours/row/7/freed_bytes", 0, 1.0,
            "B");
    putc(',', out);
    fprintf(out, entry, "versus/go/row/7/real_time", "versus/go/row/7/real_time", 0, 900.0, "ns");
    fputs("]}\n", out);
    assert_int_equal(fclose(out), 0);
}

static struct benchmarks *report(const char *file)
{
    char why[512];
    struct benchmarks *read = benchmarks_read(planted_path("%s", file), why, sizeof why);
    if (!read)
        fail_msg("%s", why);
    return read;
}

static struct agreement held(const char *suite, const char *versus)
{
    struct agreement agreement;
    struct benchmarks *a = report(suite), *b = report(versus);
    assert_true(agreement_of(&agreement, a, b));
    benchmarks_free(a);
    benchmarks_free(b);
    return agreement;
}

static void one_name_has_one_value(void **state)
{
    (void)state;
    gsl_rng *random = growth_random(5);
    plant_suite("suite", "One", PROCESSES, random);
    plant_versus("same", 0, random);
    plant_versus("more", 0.2, random);
    gsl_rng_free(random);
    struct agreement same = held("suite", "same");
    assert_int_equal(same.count, ROWS + 1); /* its times, and one row's bytes */
    assert_int_equal(same.known, ROWS + 1);
    assert_true(same.within + same.close >= (ROWS + 1) * 9 / 10);
    assert_true(agreement_holds(&same));
    assert_true(fabs(same.ratio - 1) < 0.01);
    assert_string_equal(same.rows[7].name, "micro/row/7, real_time");
    assert_int_equal(same.rows[7].suite_processes, PROCESSES);
    assert_string_equal(same.rows[ROWS].name, "micro/row/7, resident_bytes");
    assert_true(same.rows[ROWS].within && fabs(same.rows[ROWS].suite - 4207) < 1e-6);
    agreement_free(&same);
    struct agreement more = held("suite", "more");
    assert_true(more.within <= 2 && more.close == 0);
    assert_false(agreement_holds(&more));
    assert_true(fabs(more.ratio - 1.2) < 0.02);
    agreement_free(&more);
}

static void where_it_is_not_known_it_does_not_hold(void **state)
{
    (void)state;
    gsl_rng *random = growth_random(5);
    plant_suite("once", "One", 1, random);
    plant_suite("elsewhere", "Another", PROCESSES, random);
    plant_versus("same", 0, random);
    gsl_rng_free(random);
    struct agreement once = held("once", "same");
    assert_int_equal(once.count, ROWS + 1);
    assert_int_equal(once.known, 0);
    assert_false(agreement_holds(&once));
    agreement_free(&once);
    struct agreement elsewhere = held("elsewhere", "same");
    assert_string_equal(elsewhere.bar, "other machine");
    assert_false(agreement_holds(&elsewhere));
    agreement_free(&elsewhere);
}

/* Rows of three processes each, to the last digit: one that agrees, one that is close, two that are outside, one of a
 * single process, and one with a time of nothing, which has no logarithm. */
static void plant_few(const char *file, bool versus, const double (*costs)[3], size_t rows)
{
    FILE *out = fopen(planted_path("%s", file), "we");
    bool first = true;
    assert_non_null(out);
    begin(out, "One");
    for (size_t row = 0; row < rows; row++)
        for (int i = 0; i < 3; i++) {
            if (isnan(costs[row][i]))
                continue;
            fprintf(out,
                    "%s{\"run_name\": \"%s%zu/real_time\", \"%s\": %d, \"cpu_time\": 1, "
                    "\"real_time\": %g, \"time_unit\": \"ns\"}",
                    first ? "" : ",", versus ? "versus/ours/row/" : "micro/row/", row,
                    versus ? "repetition_index" : "invocation", i, costs[row][i]);
            first = false;
        }
    fputs("]}\n", out);
    assert_int_equal(fclose(out), 0);
}

static void each_row_is_told_to_its_last_digit(void **state)
{
    (void)state;
    static const double suite[6][3] = {{100, 101, 102}, {200, 200, 200}, {300, 301, 302},
                                       {50, NAN, NAN},  {0, 1, 2},       {300, 301, 302}};
    static const double versus[6][3] = {{101, 101, 101}, {205, 206, 207}, {400, 401, 402},
                                        {51, 52, 53},    {1, 1, 4},       {400, 401, 402}};
    plant_few("few", false, suite, 6);
    plant_few("go", true, versus, 6);
    struct agreement few = held("few", "go");
    struct terminal t = paper(0, false);
    agreement_tell(&t, &few, true);
    expect_printed(
        &t,
        "micro/row/0, real_time: 101 in the suite (97.544 to 104.57), 101 beside Go: agrees\n"
        "micro/row/1, real_time: 200 in the suite (200 to 200), 206 beside Go: within 3 %\n"
        "micro/row/2, real_time: 301 in the suite (297.51 to 304.53), 401 beside Go: outside\n"
        "micro/row/3, real_time: 50 in the suite, 51.994 beside Go: one process, or all of them "
        "noisy\n"
        "micro/row/4, real_time: 1 in the suite (-2.5131 to 4.5131), 2 beside Go: agrees\n"
        "micro/row/5, real_time: 301 in the suite (297.51 to 304.53), 401 beside Go: outside\n"
        "suite and comparison: of 5 figures in both 2 are within the interval that the suite "
        "foretells, 1 more within 3 %, 2 outside: they agree (of figures that are the same 5 in "
        "100 may be outside); beside Go a figure is 1.296 of the suite's, in the geometric mean\n");
    t = paper(0, false);
    agreement_tell(&t, &few, false);
    expect_printed(
        &t,
        "micro/row/2, real_time: 301 in the suite (297.51 to 304.53), 401 beside Go: outside\n"
        "micro/row/5, real_time: 301 in the suite (297.51 to 304.53), 401 beside Go: outside\n"
        "suite and comparison: of 5 figures in both 2 are within the interval that the suite "
        "foretells, 1 more within 3 %, 2 outside: they agree (of figures that are the same 5 in "
        "100 may be outside); beside Go a figure is 1.296 of the suite's, in the geometric mean\n");
    size_t count = few.count;
    few.bar = "other machine";
    few.count = 0;
    t = paper(0, false);
    agreement_tell(&t, &few, true);
    expect_printed(
        &t, "suite and comparison: of 5 figures in both 2 are within the interval that the suite "
            "foretells, 1 more within 3 %, 2 outside: not comparable, other machine\n");
    few.count = count;
    agreement_free(&few);
}

static void compare_says_so(void **state)
{
    (void)state;
    gsl_rng *random = growth_random(5);
    plant_suite("suite", "One", PROCESSES, random);
    plant_suite("once", "One", 1, random);
    plant_suite("elsewhere", "Another", PROCESSES, random);
    plant_versus("same", 0, random);
    plant_versus("more", 0.2, random);
    gsl_rng_free(random);
    const struct ran *ran = planted_shell("$LAB compare suite same --all");
    assert_int_equal(ran->status, 0);
    expect_match(ran->said, "^micro/row/7, resident_bytes: 4207 in the suite .4207 to 4207., 4207 "
                            "beside Go: agrees$");
    struct agreement same = held("suite", "same");
    char sum[256];
    snprintf(sum, sizeof sum,
             "\nsuite and comparison: of 41 figures in both %zu are within the interval that the "
             "suite foretells, %zu more within 3 %%, %zu outside: they agree",
             same.within, same.close, same.known - same.within - same.close);
    expect_words(ran->said, sum);
    assert_true(same.within > same.close);
    agreement_free(&same);
    assert_int_equal(planted_shell("$LAB compare same suite")->status, 0); /* in either order */
    ran = planted_shell("$LAB compare suite more");
    assert_int_equal(ran->status, 1);
    expect_match(ran->said, "^micro/row/0, real_time: .* beside Go: outside$");
    expect_words(ran->said, ": they do not agree (by chance once in 1000000000 times)");
    ran = planted_shell("$LAB compare once same");
    assert_int_equal(ran->status, 1);
    expect_words(ran->said, "not known, for want of a figure with two processes");
    ran = planted_shell("$LAB compare elsewhere same");
    assert_int_equal(ran->status, 1);
    expect_words(ran->said, " outside: not comparable, other machine\n");
    /* Two comparisons with Go are two results; what is in one alone is no more than that. */
    ran = planted_shell("$LAB compare same more");
    assert_int_equal(ran->status, 0);
    expect_match(ran->said, "^against Go ");
    expect_match(ran->said, "^same, against Go: A/A: ");
    expect_match(ran->said, "^more, against Go: A/A: ");
    expect_no_words(ran->said, "same: A/A");
    /* And of one result that has both. */
    assert_int_equal(planted_shell("$LAB save --machine m suite same")->status, 0);
    ran = planted_shell("$LAB compare 20260130-m");
    assert_int_equal(ran->status, 0);
    expect_words(ran->said, ": they agree");
    ran = planted_shell("$LAB compare 20260130-m same");
    assert_int_equal(ran->status, 0);
    expect_match(ran->said, "^20260130-m: A/A: ");
    expect_no_words(ran->said, "same: A/A");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, planted_folder_make, planted_folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(one_name_has_one_value),
        TEST(where_it_is_not_known_it_does_not_hold),
        TEST(each_row_is_told_to_its_last_digit),
        TEST(compare_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
