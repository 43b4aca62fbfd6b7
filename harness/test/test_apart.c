/* What memory a request costs is told apart from what came once, and does not move with the number of requests.
 * This program is its own child. */
#include "test/support.h"

#include "command/run_plan.h"
#include "load/child.h"
#include "load/schedule.h"
#include "load/selection.h"
#include "probe/apart.h"
#include "task/time.h"
#include <math.h>
#include <string.h>
#include <uv.h>

enum { PAGE = 4096 };

static struct apart grown(double requests, double each, double once)
{
    double opening = requests / 4;
    return apart_of(&(struct standing){.before = 1e6,
                                       .opened = 1e6 + once + opening * each,
                                       .after = 1e6 + once + requests * each,
                                       .opening = opening,
                                       .requests = requests,
                                       .step = PAGE});
}

static void expect_near(double value, double wanted)
{
    assert_true(fabs(value - wanted) < 1e-3);
}

/* --- Told apart ------------------------------------------------------------------------------ */

static void what_came_once_does_not_count_for_each(void **state)
{
    (void)state;
    for (int count = 100; count <= 1000000; count *= 10) {
        double requests = count;
        struct apart bytes = grown(requests, 4194, 45056);
        expect_near(bytes.each, 4194);
        expect_near(bytes.once, 45056);
        /* The growth that was seen standing still lies within what is published. */
        assert_true(fabs((45056 + 4194 * requests) / requests - bytes.each) <= bytes.within);
        assert_true(fabs(bytes.within * 0.75 * requests - 45056) < 1e-3);
    }
}

static void a_clean_fix_costs_nothing_and_what_came_once(void **state)
{
    (void)state;
    struct apart bytes = grown(2000, 0, 8192);
    assert_true(bytes.each == 0 && bytes.once == 8192);
    bytes = grown(2000, 0, 0);
    assert_true(bytes.each == 0 && bytes.once == 0);
    expect_near(bytes.within, PAGE / 1500.0);
}

/* Growth that comes late alone may be a step: then nothing is not left out. */
static void a_step_among_the_later_ones_may_be_no_growth(void **state)
{
    (void)state;
    struct apart bytes = apart_of(&(struct standing){
        .opened = 0, .after = 45056, .opening = 500, .requests = 2000, .step = PAGE});
    assert_true(bytes.each - bytes.within <= 0);
    assert_true(bytes.each > 0);
}

/* What there was, and was used up by the first ones, is less. */
static void what_is_used_up_is_of_the_other_sign(void **state)
{
    (void)state;
    struct apart bytes = grown(2000, 2100, -50000);
    expect_near(bytes.each, 2100);
    expect_near(bytes.once, -50000);
    assert_true(bytes.within >= 50000 / 1500.0);
}

static void without_the_look_in_between_all_is_shared_out(void **state)
{
    (void)state;
    struct apart bytes = apart_of(&(struct standing){
        .before = 5, .opened = NAN, .after = 45061, .requests = 100, .step = PAGE});
    assert_true(bytes.each == 450.56 && isnan(bytes.once) && bytes.within == 40.96);
    bytes =
        apart_of(&(struct standing){.opened = 1, .opening = 100, .requests = 100, .after = 100});
    assert_true(bytes.each == 1 && isnan(bytes.once)); /* none came after the opening */
    bytes = apart_of(&(struct standing){.after = 100});
    assert_true(isnan(bytes.each) && isnan(bytes.within)); /* no request */
    bytes = apart_between(NULL, NULL, NULL, apart_rss);
    assert_true(isnan(bytes.each) && isnan(bytes.once) && isnan(bytes.within));
}

static void looks_are_taken_by_what_had_started(void **state)
{
    (void)state;
    struct sample before = {.memory.rss = 1 << 20},
                  opened = {.sent = 30, .refused = 5, .memory.rss = (1 << 20) + 25000},
                  after = {.sent = 130, .refused = 5, .memory.rss = (1 << 20) + 125000};
    assert_true(apart_between(&before, &opened, &after, apart_rss).each == 1000);
    after.memory.rss = -1;
    assert_true(isnan(apart_between(&before, &opened, &after, apart_rss).each));
    after.memory.page_tables = opened.memory.page_tables = -1;
    assert_true(isnan(apart_between(&before, &opened, &after, apart_page_tables).each));
}

/* --- A real case ----------------------------------------------------------------------------- */

static void nothing(struct ctx *request)
{
    (void)request;
}

static void nothing_on_loop(uv_loop_t *loop)
{
    (void)loop;
}

static const struct pair pair = {.id = "nothing", .entry = {nothing, nothing}};
static const struct pair plain = {.id = "nothing_plain",
                                  .on_loop = {nothing_on_loop, nothing_on_loop}};

static struct outcome run_of(const struct pair *of, struct settings settings)
{
    struct outcome outcome = outcome_of(of, VARIANT_FIX, &settings);
    struct lab_plan plan = {.cases = &outcome, .length = 1, .at_once = 1};
    assert_int_equal(lab_run(&plan), 0);
    assert_int_equal(outcome.ending.how, ENDED_WELL);
    return outcome;
}

static struct outcome run(struct settings settings)
{
    return run_of(&pair, settings);
}

/* At least so long, by which the forty requests of a thousand a second then are over later. */
static void expect_pause(const struct outcome *outcome, int64_t least)
{
    const struct progress *progress = &outcome->gauges->progress;
    int64_t load = progress->phase_began[PHASE_DRAIN] - progress->phase_began[PHASE_LOAD];
    assert_in_range(progress->paused, least, MINUTE);
    assert_true(load >= progress->paused + 39 * MILLISECOND);
}

static void load_stands_still_after_its_first_quarter(void **state)
{
    (void)state;
    struct settings settings = settings_default();
    settings.requests = 40;
    settings.warm_up = settings.baseline = 0;
    settings.patience = MILLISECOND;
    struct outcome outcome = run(settings);
    const struct sample *opened = outcome_phase_end(&outcome, PHASE_LOAD);
    assert_non_null(opened);
    assert_int_equal(opened->sent, 10);
    assert_int_equal(opened->finished, 10);
    assert_int_equal(outcome.latency_count, 40);
    expect_pause(&outcome, 100 * MILLISECOND); /* all have returned at once */
    assert_true(noise_is_known(&outcome.noise));
    outcome_free(&outcome);
    settings.memory_limit = 1ull << 40; /* then it goes on until the case dies */
    outcome = run(settings);
    assert_null(outcome_phase_end(&outcome, PHASE_LOAD));
    assert_int_equal(outcome.gauges->progress.paused, 0);
    outcome_free(&outcome);
    settings.memory_limit = 0;
    outcome = run_of(&plain, settings);
    assert_int_equal(outcome_phase_end(&outcome, PHASE_LOAD)->sent, 10);
    expect_pause(&outcome, 101 * MILLISECOND); /* who has returned is not known */
    outcome_free(&outcome);
}

static void a_virtual_clock_has_no_opening(void **state)
{
    (void)state;
    struct settings settings = settings_to_check(settings_default());
    assert_false(schedule_opens(&settings));
    settings.virtual_clock = 0;
    assert_true(schedule_opens(&settings));
    settings.requests = 0;
    settings.duration = 0;
    assert_false(schedule_opens(&settings));
}

/* --- Chance ---------------------------------------------------------------------------------- */

static void the_first_arrival_moves_all(void **state)
{
    (void)state;
    struct settings settings = {.rate = 1000, .first_arrival = 123456};
    struct schedule schedule;
    assert_true(schedule_start(&schedule, &settings));
    assert_int_equal(schedule_next(&schedule), 123456);
    assert_int_equal(schedule_next(&schedule), 123456 + MILLISECOND);
    schedule_end(&schedule);
    settings.virtual_clock = 1; /* which has no grid */
    assert_true(schedule_start(&schedule, &settings));
    assert_int_equal(schedule_next(&schedule), 0);
    schedule_end(&schedule);
}

enum { REPEAT = 64 };

static struct run_plan planned(struct selection *selection, double rate)
{
    struct sweep one = {.points = &selection->settings, .count = 1};
    struct run_plan plan;
    selection->settings = settings_default();
    selection->settings.rate = rate;
    selection->variants[VARIANT_LEAK] = selection->variants[VARIANT_FIX] = true;
    selection->repeat = REPEAT;
    selection->pair_count = 1;
    static const struct pair *chosen[1];
    chosen[0] = &catalog[0];
    selection->pairs = chosen;
    assert_true(run_plan_make(&plan, selection, &one));
    assert_int_equal(plan.length, 2 * REPEAT);
    return plan;
}

static void each_repetition_has_a_seed_and_a_phase_of_its_own(void **state)
{
    (void)state;
    struct selection selection = {0};
    struct run_plan plan = planned(&selection, 1000);
    assert_int_equal(plan.cases[0].settings.seed, 1); /* as it was given */
    for (size_t i = 0; i < plan.length; i += 2) {
        const struct settings *leak = &plan.cases[i].settings, *fix = &plan.cases[i + 1].settings;
        assert_int_equal(leak->seed, fix->seed); /* one block meets the same */
        assert_int_equal(leak->first_arrival, fix->first_arrival);
        assert_in_range(leak->first_arrival, 0, MILLISECOND - 1);
        assert_true(leak->seed < 1ull << 53);
        for (size_t k = 0; k < i; k += 2) {
            assert_int_not_equal(plan.cases[k].settings.seed, leak->seed);
            assert_int_not_equal(plan.cases[k].settings.first_arrival, leak->first_arrival);
        }
    }
    run_plan_free(&plan);
    plan = planned(&selection, 0);
    assert_int_equal(plan.cases[0].settings.first_arrival, 0); /* nothing is due */
    run_plan_free(&plan);
}

static void leak_and_fix_go_in_an_order_of_chance(void **state)
{
    (void)state;
    struct selection selection = {0};
    struct run_plan plan = planned(&selection, 1000), again = planned(&selection, 1000);
    size_t leak_first = 0;
    for (size_t i = 0; i < plan.length; i += 2) {
        assert_int_equal(plan.order[i] / 2, i / 2); /* within its block */
        assert_int_equal(plan.order[i] ^ plan.order[i + 1], 1);
        leak_first += plan.order[i] == i;
    }
    assert_in_range(leak_first, REPEAT / 4, 3 * REPEAT / 4);
    assert_memory_equal(plan.order, again.order,
                        plan.length * sizeof *plan.order); /* of the seed */
    run_plan_free(&plan);
    run_plan_free(&again);
}

int main(int argc, char **argv)
{
    if (argc == 4 && !strcmp(argv[1], "case"))
        child_run(&pair, VARIANT_FIX);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_came_once_does_not_count_for_each),
        cmocka_unit_test(a_clean_fix_costs_nothing_and_what_came_once),
        cmocka_unit_test(a_step_among_the_later_ones_may_be_no_growth),
        cmocka_unit_test(what_is_used_up_is_of_the_other_sign),
        cmocka_unit_test(without_the_look_in_between_all_is_shared_out),
        cmocka_unit_test(looks_are_taken_by_what_had_started),
        cmocka_unit_test(load_stands_still_after_its_first_quarter),
        cmocka_unit_test(a_virtual_clock_has_no_opening),
        cmocka_unit_test(the_first_arrival_moves_all),
        cmocka_unit_test(each_repetition_has_a_seed_and_a_phase_of_its_own),
        cmocka_unit_test(leak_and_fix_go_in_an_order_of_chance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
