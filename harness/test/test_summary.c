/* Summaries: every figure has its name in a saved result, and comes back; a figure over the runs is what it is
 * called. */
#include "test/words.h"

#include "result/summary.h"
#include "result/summary_fields.h"
#include "result/summary_json.h"
#include "result/summary_read.h"
#include <math.h>

/* Every double of it is another number, from `first` on. */
static void number_all(void *object, const struct summary_field *fields, size_t count, double first)
{
    for (size_t i = 0; i < count; i++) {
        double value = first + (double)i;
        memcpy((char *)object + fields[i].offset, &value, sizeof value);
    }
}

static struct attribution attribution_of(double first)
{
    struct attribution a = {
        .growth = first, .rest = first + 1, .page_tables = first + 2, .by_mappings = true};
    for (enum share share = 0; share < SHARES; share++)
        a.part[share] = first + 3 + (int)share;
    return a;
}

static struct run_figures runs[2];
static struct death_figures deaths[1];
static struct measured_pair pair, twin;

static void fill_runs(void)
{
    for (int i = 0; i < 2; i++) {
        runs[i] = (struct run_figures){.repetition = (unsigned)i + 1,
                                       .as_catalogued = i == 0,
                                       .outlier = i == 1,
                                       .under_load = attribution_of(100 + 50 * i),
                                       .after_settle = attribution_of(120 + 50 * i)};
        number_all(&runs[i], run_fields, run_field_count, 200 + 100 * i);
    }
    runs[1].p99.value = INFINITY;
    runs[1].per_second = NAN;
    deaths[0] = (struct death_figures){.repetition = 7, .killed = true};
    number_all(&deaths[0], death_fields, death_field_count, 400);
}

static struct summary full_summary(void)
{
    fill_runs();
    struct measured leak = {
        .run_count = 2,
        .unfinished = 3,
        .runs = runs,
        .death_count = 1,
        .deaths = deaths,
        .under_load = attribution_of(420),
        .after_settle = attribution_of(440),
        .expected = {.parked = {[WAIT_SELECT] = 4}, .timers = 5, .timers_held = 6},
        .verdict = (char *)"LEAK",
        .place_count = 1,
        .places = {{.count = 8, .reason = "select", .file = "a.c", .line = 9, .kept_awake = true}},
        .path = (char *)"leaks/f/a_pair.c",
        .source = (char *)"int x;\n"};
    for (size_t i = 0; i < estimate_field_count; i++) {
        struct estimate estimate = {500 + 3.0 * (double)i, 501 + 3.0 * (double)i,
                                    502 + 3.0 * (double)i,
                                    i % 2 ? INTERVAL_BLOCKS : INTERVAL_REPETITIONS};
        memcpy((char *)&leak + estimate_fields[i].offset, &estimate, sizeof estimate);
    }
    pair = (struct measured_pair){.id = (char *)"a_pair",
                                  .family = (char *)"f",
                                  .title = (char *)"A title",
                                  .twin = (char *)"",
                                  .twin_version = (char *)"",
                                  .settings = {.rate = 2.5, .requests = 10},
                                  .variants = {[VARIANT_LEAK] = leak}};
    twin = pair;
    twin.twin = (char *)"go";
    twin.twin_version = (char *)"go1.99";
    twin.variants[VARIANT_LEAK].path = (char *)"bench/go/leaks/f/a_pair.go";
    return (struct summary){
        .name = (char *)"20260131-m",
        .cut = (char *)"cut off",
        .about = json_pack("{s:{}, s:{}, s:{}, s:[]}", "machine", "build", "libraries", "command"),
        .pair_count = 1,
        .pairs = &pair,
        .twin_count = 1,
        .twins = &twin};
}

static double number_in(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    if (!json_is_number(value))
        fail_msg("no number %s", name);
    return json_number_value(value);
}

static void each_figure_is_under_its_name(void **state)
{
    (void)state;
    struct summary summary = full_summary();
    json_t *json = summary_json(&summary);
    const json_t *leak = json_object_get(json_array_get(json_object_get(json, "pairs"), 0), "leak");
    const json_t *run = json_array_get(json_object_get(leak, "runs"), 0);
    const json_t *death = json_array_get(json_object_get(leak, "deaths"), 0);
    const json_t *of = json_object_get(leak, "estimates");
    assert_int_equal(json_array_size(json_object_get(leak, "runs")), 2);
    assert_true(number_in(run, "requests") == runs[0].requests);
    assert_true(number_in(run, "tasks_left") == runs[0].tasks_left);
    assert_true(number_in(run, "timers_left") == runs[0].timers_left);
    assert_true(number_in(run, "timers_held") == runs[0].timers_held);
    assert_true(number_in(run, "bytes_per_request") == runs[0].bytes.each);
    assert_true(number_in(run, "bytes_once") == runs[0].bytes.once);
    assert_true(number_in(run, "bytes_within") == runs[0].bytes.within);
    assert_true(number_in(run, "service_p99") == runs[0].service_p99.value);
    assert_true(number_in(run, "service_p99_high") == runs[0].service_p99.high);
    assert_true(number_in(run, "late_p50_low") == runs[0].late_p50.low);
    assert_true(number_in(run, "noise_stolen") == runs[0].noise.stolen);
    assert_true(number_in(run, "bytes_per_task") == runs[0].bytes_per_task);
    assert_true(number_in(run, "heap_per_request") == runs[0].heap_per_request);
    assert_true(number_in(run, "page_tables_per_request") == runs[0].page_tables.each);
    assert_true(number_in(json_object_get(of, "bytes_per_request"), "low") ==
                pair.variants[VARIANT_LEAK].bytes_per_request.low);
    assert_true(number_in(json_object_get(of, "heap_per_request"), "high") ==
                pair.variants[VARIANT_LEAK].heap_per_request.high);
    assert_int_equal(json_object_size(death), 2 + death_field_count);
    assert_true(number_in(death, "repetition") == 7);
    const json_t *second = json_array_get(json_object_get(leak, "runs"), 1);
    assert_true(number_in(second, "repetition") == 2);
    assert_true(json_is_true(json_object_get(second, "outlier")));
    assert_false(json_is_true(json_object_get(second, "as_catalogued")));
    assert_true(number_in(leak, "unfinished") == 3);
    json_decref(json);
    json_decref(summary.about);
}

static void expect_read_back(struct summary *summary)
{
    struct taker taker = {{0}};
    json_t *json = summary_json(summary);
    struct summary *again = summary_of_json(json, &taker);
    assert_string_equal(taker.wrong, "");
    assert_non_null(again);
    json_t *other = summary_json(again);
    char *a = json_dumps(json, JSON_COMPACT), *b = json_dumps(other, JSON_COMPACT);
    assert_string_equal(a, b);
    free(a);
    free(b);
    json_decref(other);
    json_decref(json);
    summary_free(again);
}

static void what_is_saved_is_read_back(void **state)
{
    (void)state;
    struct summary summary = full_summary();
    expect_read_back(&summary);
    summary.twin_count = 0;
    expect_read_back(&summary);
    pair.variants[VARIANT_FIX] = pair.variants[VARIANT_LEAK];
    pair.variants[VARIANT_FIX].path = (char *)"fixes/f/a_pair.c";
    pair.variants[VARIANT_FIX].run_count = pair.variants[VARIANT_FIX].death_count = 0;
    expect_read_back(&summary);
    json_decref(summary.about);
}

/* A result of before had a slope, in six digits. What it has is the growth, exact, and the requests: these are said. */
static void a_result_of_before_says_what_it_has(void **state)
{
    (void)state;
    struct taker taker = {{0}};
    struct summary summary = full_summary();
    runs[0].rss_growth = runs[1].rss_growth = 45056;
    runs[0].requests = runs[1].requests = 4096;
    runs[0].tasks_left = runs[1].tasks_left = 4096;
    json_t *json = summary_json(&summary);
    json_object_set_new(json, "schema", json_integer(SUMMARY_NOT_APART));
    struct summary *read = summary_of_json(json, &taker);
    assert_string_equal(taker.wrong, "");
    const struct measured *leak = &read->pairs[0].variants[VARIANT_LEAK];
    assert_true(leak->bytes_per_request.value == 11);
    assert_true(leak->bytes_per_request.low == 10 &&
                leak->bytes_per_request.high == 12); /* a page */
    assert_int_equal(leak->bytes_per_request.basis, INTERVAL_RANGE);
    assert_true(isnan(leak->bytes_once.value));
    assert_true(leak->bytes_per_task.value == 11);
    json_object_set_new(json, "schema", json_integer(SUMMARY_SCHEMA + 1));
    summary_free(read);
    assert_null(summary_of_json(json, &taker));
    expect_words(taker.wrong, "read it with a newer one");
    json_decref(json);
    json_decref(summary.about);
}

/* --- Over the runs -------------------------------------------------------------------------- */

static void figures_over_the_runs(void **state)
{
    (void)state;
    struct run_figures five[5] = {{.p50.value = 5},
                                  {.p50.value = 1},
                                  {.p50.value = INFINITY},
                                  {.p50.value = 2},
                                  {.p50.value = 4}};
    struct measured measured = {.run_count = 5, .runs = five};
    size_t figure = offsetof(struct run_figures, p50);
    bool same = true;
    assert_true(summary_median(&measured, figure) == 4);
    assert_true(isinf(summary_mean(&measured, figure, &same)) && !same);
    measured.run_count = 2;
    assert_true(summary_median(&measured, figure) == 1); /* of two the lower */
    assert_true(summary_mean(&measured, figure, &same) == 3 && !same);
    five[1].p50.value = 5;
    assert_true(summary_mean(&measured, figure, &same) == 5 && same);
    measured.run_count = 0;
    assert_true(isnan(summary_mean(&measured, figure, NULL)) &&
                isnan(summary_median(&measured, figure)));
    assert_false(summary_has(&measured));
    measured.death_count = 1;
    assert_true(summary_has(&measured));
}

static void a_pair_is_found_by_its_id(void **state)
{
    (void)state;
    struct summary summary = full_summary();
    struct recorded_case c = {.id = (char *)"a_pair", .twin = (char *)""};
    assert_ptr_equal(summary_pair(&summary, "a_pair"), &pair);
    assert_null(summary_pair(&summary, "a_pai"));
    assert_true(summary_is_of(&pair, &c));
    assert_false(summary_is_of(&twin, &c));
    c.twin = (char *)"go";
    assert_true(summary_is_of(&twin, &c));
    c.id = (char *)"another";
    assert_false(summary_is_of(&twin, &c));
    json_decref(summary.about);
}

static void the_same_load_is_the_same_in_all(void **state)
{
    (void)state;
    const struct settings one = {.rate = 1};
    struct settings all[] = {{.rate = 2},
                             {.rate = 1, .arrivals = 1},
                             {.rate = 1, .requests = 1},
                             {.rate = 1, .duration = 1},
                             {.rate = 1, .warm_up = 1},
                             {.rate = 1, .patience = 1},
                             {.rate = 1, .settle = 1},
                             {.rate = 1, .baseline = 1},
                             {.rate = 1, .stack_bytes = 1},
                             {.rate = 1, .looks_per_second = 1},
                             {.rate = 1, .memory_limit = 1},
                             {.rate = 1, .virtual_clock = 1}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        assert_false(summary_same_settings(&one, &all[i]));
    struct settings seeded = one; /* another draw of the same load */
    seeded.seed = 7;
    assert_true(summary_same_settings(&one, &seeded));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_figure_is_under_its_name),
        cmocka_unit_test(what_is_saved_is_read_back),
        cmocka_unit_test(a_result_of_before_says_what_it_has),
        cmocka_unit_test(figures_over_the_runs),
        cmocka_unit_test(a_pair_is_found_by_its_id),
        cmocka_unit_test(the_same_load_is_the_same_in_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
