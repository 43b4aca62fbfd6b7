/* What is said of a campaign: its sides compared, on the pages, confirmed; and how often the method is wrong. The journals are
 * planted; nothing is timed. */
#include "test/planted.h"
#include "test/planted_journal.h"
#include "test/words.h"

#include "probe/growth.h"
#include "record/benchmarks.h"
#include "result/self_check.h"
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- What is said ------------------------------------------------------------------------------- */

/* Two sides of two rows, 10 processes each; the second side's row/b takes so much more. */
static void plant_journal(const char *path, double slower)
{
    FILE *out = planted_journal(path);
    gsl_rng *random = growth_random(5);
    for (int i = 0; i < PLANTED_PROCESSES; i++)
        for (int row = 0; row < 2; row++) {
            double together = gsl_ran_gaussian(random, 0.05);
            for (int side = 0; side < 2; side++)
                planted_process(
                    out, side, i, row,
                    100 * exp(together + gsl_ran_gaussian(random, 0.01) + side * row * slower));
        }
    gsl_rng_free(random);
    assert_int_equal(fclose(out), 0);
}

static void sides_are_compared_block_by_block(void **state)
{
    (void)state;
    plant_journal(planted_path("c"), 0.05);
    const struct ran *ran = planted_shell("$LAB compare c");
    assert_int_equal(ran->status, 0);
    /* What is common to a block is 5 %, and does not hide the 5 % between the sides. */
    expect_match(ran->said, "^row/a +.* the same$");
    expect_match(ran->said, "^row/b +.* worse$");
    expect_words(ran->said, "Intervals cover new processes of the same builds on this machine");
    expect_words(ran->said, "was: A/A: ");
    plant_journal(planted_path("d"), 0);
    ran = planted_shell("$LAB compare d");
    expect_match(ran->said, "^row/b +.* the same$");
    assert_int_equal(planted_shell("$LAB save --machine m c")->status, 0);
    ran = planted_shell("$LAB compare results/2026*-m");
    assert_int_equal(ran->status, 0);
    expect_match(ran->said, "^row/b +.* worse$");
    assert_int_equal(planted_shell("$LAB verify")->status, 0);
    /* Of three sides two are compared, and of none where the second has nothing. */
    ran = planted_shell("sed '1s/{\"name\": \"is\"}/&, {\"name\": \"third\"}/' c >three; "
                        "$LAB compare three");
    assert_int_equal(ran->status, 0);
    expect_words(ran->said, "leaklab compare: three: of its sides the first two\n");
    expect_match(ran->said, "^row/b +.* worse$");
    ran = planted_shell("grep -v '\"process\", \"side\": 1' c >half; $LAB compare half");
    assert_int_equal(ran->status, 1);
    expect_match(ran->said, "^leaklab compare: half: [^\n]+$");
}

/* The pages tell intervals over processes, and how often the method is wrong; beside a report of more rows, apart. */
static void pages_tell_what_a_campaign_knows(void **state)
{
    (void)state;
    static const char end[] = "{\"type\": \"end\", \"self_check\": {\"units\": \"new processes of "
                              "the same builds\", \"unit_count\": 10, "
                              "\"splits\": 200, \"rows\": 2, \"verdicts\": 400, \"wrong\": 4, "
                              "\"foretold\": 400, \"within\": 380, "
                              "\"planted\": 400, \"found\": 360}}\n";
    static const char fuller[] = "{\"context\": {\"date\": \"2026-01-30T00:30:00+01:00\", "
                                 "\"num_cpus\": 2, \"processor\": \"Planted 1\"}, "
                                 "\"benchmarks\": [";
    plant_journal(planted_path("c"), 0.05);
    FILE *out = fopen(planted_path("c"), "ae");
    fputs(end, out);
    assert_int_equal(fclose(out), 0);
    assert_int_equal(planted_shell("$LAB save --machine m c")->status, 0);
    const struct ran *ran = planted_shell("cat results/benchmarks.md results/benchmarks.html");
    expect_words(ran->said, "| benchmark | N | one operation | 95 % interval | fitted |");
    expect_words(ran->said, "<th scope=\"col\">95 % interval</th>");
    expect_words(ran->said, "A/A: 1.0 % of 400 verdicts on random halves of the same 10 processes");
    expect_match(ran->said, "^\\| was: row/a \\|  \\| [0-9.]+ ns \\| within [0-9.]+ % \\|");
    expect_no_words(ran->said, "over builds and processes");
    out = fopen(planted_path("f"), "we");
    fputs(fuller, out);
    for (int i = 0; i < 9; i++)
        fprintf(out,
                "%s{\"name\": \"x%d\", \"run_name\": \"x%d\", \"run_type\": \"iteration\", "
                "\"cpu_time\": 1, "
                "\"real_time\": 1, \"iterations\": 1, \"time_unit\": \"ns\"}",
                i ? "," : "", i, i);
    fputs("]}", out);
    assert_int_equal(fclose(out), 0);
    assert_int_equal(planted_shell("$LAB save --machine f f")->status, 0);
    ran = planted_shell("cat results/benchmarks.md results/benchmarks.html");
    expect_words(ran->said, "## What operations cost, over builds and processes");
    expect_words(ran->said, "<h2>What operations cost, over builds and processes</h2>");
    expect_words(ran->said, "| benchmark | N | one operation | spread | fitted |");
    expect_words(ran->said, "A/A: 1.0 % of 400 verdicts");
    assert_int_equal(planted_shell("$LAB verify")->status, 0);
}

/* What was noisy is no part of what is told either. */
static void what_is_told_is_of_quiet_runs(void **state)
{
    (void)state;
    static const char head[] =
        "{\"type\": \"campaign\", \"schema\": 1, \"command\": \"x\", \"design\": {\"sides\": "
        "[{\"name\": "
        "\"x\"}]}}\n{\"type\": \"context\", \"side\": 0, \"context\": {\"num_cpus\": 2, \"date\": "
        "\"2026-01-31T00:30:00+01:00\", \"processor\": \"Planted 1\"}}\n";
    FILE *out = fopen(planted_path("c"), "we");
    fputs(head, out);
    for (int i = 0; i < 2; i++)
        fprintf(out,
                "{\"type\": \"process\", \"side\": 0, \"build\": 0, \"invocation\": %d, \"row\": "
                "\"r\", "
                "\"noisy\": %s, \"runs\": [{\"name\": \"r\", \"run_name\": \"r\", \"run_type\": "
                "\"iteration\", \"cpu_time\": %d, \"real_time\": 1, \"time_unit\": \"ns\"}]}\n",
                i, i ? "true" : "false", i ? 90 : 10);
    assert_int_equal(fclose(out), 0);
    char why[512];
    struct benchmarks *all = benchmarks_read(planted_path("c"), why, sizeof why);
    assert_non_null(all);
    assert_true(all->all[0].run_count == 2 && all->all[0].cost.runs == 1);
    assert_true(all->all[0].cost.mean == 10 && all->all[0].cost.most == 10);
    benchmarks_free(all);
}

/* Measured again, within what the first one foretells; and 20 % off, which is not. */
static void figures_are_confirmed_or_missed(void **state)
{
    (void)state;
    plant_journal(planted_path("c"), 0);
    plant_journal(planted_path("d"), 0.2);
    const struct ran *ran = planted_shell("$LAB confirm c c");
    assert_int_equal(ran->status, 0);
    expect_match(ran->said,
                 "^is: row/b: [0-9.]+ published .[0-9.]+ to [0-9.]+., [0-9.]+ here: met$");
    expect_words(ran->said, "4 of 4 figures met");
    ran = planted_shell("$LAB confirm c d");
    assert_int_equal(ran->status, 1);
    expect_match(ran->said, "^is: row/b: .* here: missed$");
    expect_words(ran->said, "3 of 4 figures met, 1 missed");
    ran = planted_shell("$LAB confirm c");
    assert_int_equal(ran->status, 0);
    expect_words(ran->said, "It was measured by:");
    assert_int_equal(planted_shell("$LAB confirm")->status, 2);
}

static void a_damaged_journal_is_refused_in_one_line(void **state)
{
    (void)state;
    static const char *const all[] = {
        "{\"type\": \"campaign\"}\n",
        "{\"type\": \"campaign\", \"schema\": 2}\n",
        "{\"type\": \"campaign\", \"schema\": 1, \"design\": {\"sides\": []}}\n",
        "{\"type\": \"campaign\", \"schema\": 1, \"design\": {\"sides\": [{\"name\": \"x\"}]}}\n"
        "{\"type\": \"process\", \"side\": 1, \"build\": 0, \"invocation\": 0, \"noisy\": false, "
        "\"runs\": []}\n",
        "{\"type\": \"campaign\", \"schema\": 1, \"design\": {\"sides\": [{\"name\": \"x\"}]}}\n"
        "{\"type\": \"process\", \"side\": 0, \"build\": 0, \"invocation\": 0, \"noisy\": false, "
        "\"runs\": [7]}\n",
        "{\"type\": \"campaign\", \"schema\": 1, \"design\": {\"sides\": [{\"name\": \"x\"}]}}\n",
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        planted_write(planted_path("c"), all[i], strlen(all[i]));
        const struct ran *ran = planted_shell("$LAB compare c c");
        assert_int_equal(ran->status, 1);
        expect_match(ran->said, "^leaklab compare: c: [^\n]+$");
    }
}

/* --- What it says of itself --------------------------------------------------------------------- */

enum { ROWS = 12, PROCESSES = 20, REPEATED = 3 };

/* Rows of one side, each by processes whose deviation is 2 %, between builds of 1 %. */
static struct benchmarks *drawn(struct benchmark *rows, int builds)
{
    static struct benchmarks all;
    static struct draw draws[ROWS][PROCESSES * REPEATED];
    gsl_rng *random = growth_random(11);
    for (int row = 0; row < ROWS; row++) {
        size_t count = 0;
        double build[PROCESSES];
        for (int i = 0; i < builds; i++)
            build[i] = builds > 1 ? gsl_ran_gaussian(random, 0.01) : 0;
        for (int i = 0; i < PROCESSES; i++) {
            double process = build[i % builds] + gsl_ran_gaussian(random, 0.02);
            for (int r = 0; r < REPEATED; r++)
                draws[row][count++] =
                    (struct draw){.value = 50 * exp(process + gsl_ran_gaussian(random, 0.003)),
                                  .build = i % builds,
                                  .invocation = i};
        }
        rows[row] = (struct benchmark){.draws = draws[row], .run_count = count};
    }
    gsl_rng_free(random);
    all = (struct benchmarks){.all = rows, .count = ROWS};
    return &all;
}

static void a_method_measures_how_often_it_is_wrong(void **state)
{
    (void)state;
    struct benchmark rows[ROWS];
    struct self_check check;
    char text[SELF_CHECK_TEXT];
    assert_true(self_check(drawn(rows, 1), SELF_CHECK_SPLITS, 1, &check));
    assert_int_equal(check.level, LEVEL_INVOCATIONS);
    assert_int_equal(check.units, PROCESSES);
    assert_int_equal(check.verdicts, ROWS * SELF_CHECK_SPLITS);
    assert_true(check.wrong * 100 <= check.verdicts * 5);
    assert_true(check.found * 10 >= check.planted * 9);
    assert_in_range(check.within * 100 / check.foretold, 93, 97);
    expect_match(self_check_text(text, &check),
                 "^A/A: 0\\.[0-9] % of 2400 verdicts on random halves of the same 20 processes");
    assert_true(self_check(drawn(rows, 5), SELF_CHECK_SPLITS, 1, &check));
    assert_int_equal(check.level, LEVEL_BUILDS);
    assert_int_equal(check.units, 5);
    assert_true(check.wrong * 100 <= check.verdicts * 5);
}

/* Bytes: some a little apart, some none at all, some alike to the last one, as far as they are resolved. */
static void bytes_are_checked_likewise(void **state)
{
    (void)state;
    static struct draw draws[ROWS][PROCESSES];
    struct self_check_row rows[ROWS];
    struct self_check check;
    gsl_rng *random = growth_random(13);
    for (int row = 0; row < ROWS; row++) {
        for (int i = 0; i < PROCESSES; i++)
            draws[row][i] =
                (struct draw){.value = row % 3 == 0   ? 4200 + gsl_ran_gaussian(random, 40)
                                       : row % 3 == 1 ? gsl_ran_gaussian(random, 3)
                                                      : 4200,
                              .invocation = i};
        rows[row] = (struct self_check_row){draws[row], PROCESSES, 0};
    }
    assert_true(self_check_rows(rows, ROWS, 1, SELF_CHECK_SPLITS, 1, &check));
    assert_int_equal(check.units, PROCESSES);
    assert_true(check.wrong * 100 <= check.verdicts * 5);
    assert_true(check.found * 10 >= check.planted * 9);
    assert_int_equal(check.planted,
                     SELF_CHECK_SPLITS * ROWS * 2 / 3); /* 5 % of nothing is nothing */
    size_t exact = SELF_CHECK_SPLITS * ROWS / 3;        /* what never varies is always held */
    assert_in_range((check.within - exact) * 100 / (check.foretold - exact), 92, 98);
    for (int row = 0; row < ROWS; row++)
        rows[row].within = 1000;
    assert_true(self_check_rows(rows, ROWS, 1, SELF_CHECK_SPLITS, 1, &check));
    assert_int_equal(check.within, check.foretold);
    gsl_rng_free(random);
}

/* Where one half is not all above nothing, both are compared as they are: there are no logarithms of nothing. */
static void nothing_in_one_half_is_told_in_both(void **state)
{
    (void)state;
    struct draw draws[PROCESSES];
    struct self_check check;
    for (int i = 0; i < PROCESSES; i++)
        draws[i] = (struct draw){.value = i ? 4200 + i % 5 : 0, .invocation = i};
    assert_true(self_check_rows(&(struct self_check_row){draws, PROCESSES, 0}, 1, 1,
                                SELF_CHECK_SPLITS, 1, &check));
    assert_int_equal(check.foretold, SELF_CHECK_SPLITS);
    assert_in_range(check.within, 1, SELF_CHECK_SPLITS - 1);
    assert_int_equal(check.planted, 0);
}

/* Below four there is nothing to split; it does not claim to be right then. */
static void too_few_are_no_measure(void **state)
{
    (void)state;
    struct benchmark rows[ROWS];
    struct self_check check;
    char text[SELF_CHECK_TEXT];
    struct benchmarks *all = drawn(rows, 1);
    for (size_t row = 0; row < ROWS; row++)
        rows[row].run_count = 3 * REPEATED;
    assert_true(self_check(all, 10, 1, &check));
    assert_int_equal(check.level, LEVEL_NONE);
    expect_words(self_check_text(text, &check), "A/A: not measured");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, planted_folder_make, planted_folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(sides_are_compared_block_by_block),
        TEST(pages_tell_what_a_campaign_knows),
        TEST(what_is_told_is_of_quiet_runs),
        TEST(figures_are_confirmed_or_missed),
        TEST(a_damaged_journal_is_refused_in_one_line),
        TEST(a_method_measures_how_often_it_is_wrong),
        TEST(bytes_are_checked_likewise),
        TEST(nothing_in_one_half_is_told_in_both),
        TEST(too_few_are_no_measure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
