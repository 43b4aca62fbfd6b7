/* What commands tell of planted records, journals and reports, whole (golden.h). Days are masked, and nothing is measured. */
#include "test/golden.h"
#include "test/planted.h"
#include "test/planted_journal.h"

#include "probe/growth.h"
#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>

/* --- What there is to tell ----------------------------------------------------------------------- */

/* Two pairs, of which the first takes so much more. */
static void plant_record(const char *name, unsigned runs, double factor)
{
    struct planted two[2] = {planted_two[0], planted_two[1]};
    for (size_t i = 0; i < 2; i++) {
        two[i].runs = runs;
        two[i].spread = 0.01;
    }
    two[0].bytes[VARIANT_LEAK] *= factor;
    planted_record(planted_path("%s", name), two, 2);
}

/* Two sides of three rows, ten processes each; of the second side row/b takes 5 % more, and row/c as much less. */
static void plant_journal(const char *name, double shift)
{
    FILE *out = planted_journal(planted_path("%s", name));
    gsl_rng *random = growth_random(5);
    for (int i = 0; i < PLANTED_PROCESSES; i++)
        for (int row = 0; row < 3; row++)
            for (int side = 0; side < 2; side++)
                planted_process(out, side, i, row,
                                100 * exp(gsl_ran_gaussian(random, 0.01) + shift +
                                          side * (row == 1) * 0.05 - side * (row == 2) * 0.05));
    gsl_rng_free(random);
    assert_int_equal(fclose(out), 0);
}

static const char report[] =
    "{\"context\": {\"date\": \"2026-01-30T00:30:00+01:00\", \"num_cpus\": 2, \"processor\": "
    "\"Planted 1\"}, \"benchmarks\": [{\"name\": \"x\", \"run_name\": \"x\", \"run_type\": "
    "\"iteration\", \"cpu_time\": 1, \"real_time\": 1, \"iterations\": 1, \"time_unit\": \"ns\"}]}";

static void expect_told(const char *name, int status, const char *words)
{
    const struct ran *ran =
        planted_shell("{ %s; } >told 2>&1; s=$?; sed 's/20[0-9]\\{6\\}-/DATE-/g; "
                      "s/20[0-9][0-9]-[0-9][0-9]-[0-9][0-9]/DAY/g' told; exit $s",
                      words);
    if (ran->status != status)
        fail_msg("%s: %d: %s", words, ran->status, ran->said);
    expect_golden(name, ran->said);
}

/* --- Commands ------------------------------------------------------------------------------------ */

static void what_changed_is_told(void **state)
{
    (void)state;
    plant_record("was", 4, 1);
    plant_record("is", 4, 1.2);
    plant_record("one", 1, 1);
    plant_journal("c", 0);
    planted_write(planted_path("r"), report, sizeof report - 1);
    expect_told("compare.records", 0, "$LAB compare was is");
    expect_told("compare.one", 0, "$LAB compare --all was one");
    expect_told("compare.sides", 0, "$LAB compare c");
    expect_told("compare.nothing", 1, "$LAB compare was r");
}

static void what_was_met_is_told(void **state)
{
    (void)state;
    plant_record("was", 4, 1);
    plant_record("is", 4, 1.2);
    plant_journal("c", 0);
    plant_journal("d", 0.1);
    expect_told("confirm.records", 1, "$LAB confirm was is");
    expect_told("confirm.journals", 1, "$LAB confirm c d");
    expect_told("confirm.same", 0, "$LAB confirm was was; $LAB confirm was");
}

static void when_it_dies_is_told(void **state)
{
    (void)state;
    plant_record("was", 4, 1);
    expect_told("forecast", 0,
                "$LAB save --machine m was; "
                "for w in '--rate 100 --memory 1G' '--rate 60/min --memory 256M' '--rate 1/h "
                "--memory 4K'; do "
                "$LAB forecast channel_receive $w; done");
    expect_told("report", 0, "$LAB report was");
}

static void what_is_proven_is_told(void **state)
{
    (void)state;
    if (support_is_instrumented())
        support_skip("heap bytes are not known under the checkers, and a line says so");
    expect_told("check", 0,
                "$LAB check wait_group full_buffer timer_stop stop_is_not_close handover batch | "
                "sed 's/([0-9.]* s)/(TIME)/; s/[0-9,]* bytes$/BYTES/'");
    expect_told("list.json", 0, "$LAB list --json full_buffer stop_is_not_close");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, planted_folder_make, planted_folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_changed_is_told),
        TEST(what_was_met_is_told),
        TEST(when_it_dies_is_told),
        TEST(what_is_proven_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
