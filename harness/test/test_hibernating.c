/* `--hibernate`: a case does the same with every task asleep that is parked for some time, and says how many are. */
#include "test/judging.h"

#include "load/selection.h"
#include "record/record_json.h"
#include "task/chan.h"
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>

static void nothing(struct ctx *request)
{
    (void)request;
}

static void wait_in_vain(void *c)
{
    chan_recv(c, NULL);
}

static void leak_one(struct ctx *request)
{
    (void)request;
    go(wait_in_vain, chan_make(int, 0));
}

static const struct pair pairs[] = {
    {.id = "waits", .entry = {leak_one, nothing}, ONE_RECEIVER},
};

static void need_hibernation(const struct outcome *outcome)
{
    const char *error = outcome->gauges->progress.error;
    if (strncmp(error, "nobody hibernates", 17) == 0)
        support_skip("%s", error);
}

static void the_verdict_says_how_many_hibernate(void **state)
{
    (void)state;
    struct verdict verdict;
    struct settings settings = checked();
    settings.hibernate = 100 * MILLISECOND;
    settings.requests = settings.warm_up = 1000;
    struct outcome outcome = run_with("waits", VARIANT_LEAK, &settings, 0);
    need_hibernation(&outcome);
    verdict_of(&outcome, JUDGE_EXACTLY, &verdict);
    assert_string_equal(verdict.wrong, "");
    assert_int_equal(verdict.kind, VERDICT_LEAK);
    const struct task_stats *stats = &outcome.gauges->runtime;
    char words[64];
    snprintf(words, sizeof words, "; %" PRIu64 ",%03" PRIu64 " hibernate, in ",
             stats->hibernated / 1000, stats->hibernated % 1000);
    assert_in_range(stats->hibernated, 1700, 2000);
    assert_non_null(strstr(verdict.words, words));
    assert_string_equal(outcome_series(&outcome), "hibernated");
    outcome_free(&outcome);
}

static void it_is_in_the_record(void **state)
{
    (void)state;
    struct settings settings = checked();
    settings.hibernate = 10 * SECOND;
    json_t *object = record_json_settings(&settings);
    assert_int_equal(json_integer_value(json_object_get(object, "hibernate_ns")), 10 * SECOND);
    json_decref(object);
    settings.hibernate = 0;
    object = record_json_settings(&settings);
    assert_null(json_object_get(object, "hibernate_ns"));
    json_decref(object);
}

static void each_leak_runs_once_more(void **state)
{
    (void)state;
    const struct pair *pair = &catalog[0];
    struct selection selection = {.pairs = &pair,
                                  .pair_count = 1,
                                  .variants = {true, true},
                                  .settings = checked(),
                                  .hibernate = SECOND};
    size_t length;
    char text[OUTCOME_VARIANT];
    struct outcome *cases = selection_cases(&selection, &length);
    assert_int_equal(length, 3);
    assert_string_equal(outcome_variant(&cases[0], text), "leak");
    assert_string_equal(outcome_variant(&cases[1], text), "hibernated leak");
    assert_int_equal(cases[1].settings.hibernate, SECOND);
    assert_string_equal(outcome_variant(&cases[2], text), "fix");
    assert_int_equal(cases[2].settings.hibernate, 0);
    free(cases);
}

static void run_all(struct outcome *cases, size_t length)
{
    struct lab_plan plan = {.cases = cases, .length = length, .at_once = 4, .copies = true};
    assert_non_null(cases);
    assert_int_equal(lab_run(&plan), 0);
    need_hibernation(&cases[0]);
    uint64_t hibernations = 0;
    for (size_t i = 0; i < length; i++) {
        struct verdict verdict;
        verdict_of(&cases[i], JUDGE_EXACTLY, &verdict);
        if (!verdict.as_catalogued)
            fail_msg("%s: %s (%s)", cases[i].pair->id, verdict.words, verdict.wrong);
        hibernations += cases[i].gauges->runtime.hibernations;
        outcome_free(&cases[i]);
    }
    assert_true(hibernations > length);
    free(cases);
}

static void all_pairs_do_what_the_catalog_says(void **state)
{
    (void)state;
    struct settings settings = checked();
    if (support_is_instrumented())
        support_skip("samples that leak memory on purpose are told of by the sanitizers");
    settings.hibernate = 20 * MILLISECOND;
    struct outcome *cases = calloc(2 * catalog_length, sizeof *cases);
    for (size_t i = 0; i < catalog_length; i++)
        for (enum variant v = 0; v < VARIANTS; v++)
            cases[2 * i + v] = outcome_of(&catalog[i], v, &settings);
    run_all(cases, 2 * catalog_length);
}

static void so_do_the_controls(void **state)
{
    (void)state;
    struct settings settings = checked();
    settings.hibernate = 30 * SECOND;            /* some look each second, for a day */
    settings.requests = settings.warm_up = 1000; /* caches are full by then */
    struct outcome *cases = calloc(controls_length, sizeof *cases);
    for (size_t i = 0; i < controls_length; i++)
        cases[i] = outcome_of(&controls[i], VARIANT_FIX, &settings);
    run_all(cases, controls_length);
}

int main(int argc, char **argv)
{
    JUDGING_BEGIN(argc, argv);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_verdict_says_how_many_hibernate),
        cmocka_unit_test(it_is_in_the_record),
        cmocka_unit_test(each_leak_runs_once_more),
        cmocka_unit_test(all_pairs_do_what_the_catalog_says),
        cmocka_unit_test(so_do_the_controls),
    };
    return cmocka_run_group_tests_name("hibernating", tests, NULL, NULL);
}
