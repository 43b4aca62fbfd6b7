/* The plan of a run, by its figures: how long load goes on, what warms up, by which seeds and in which order. */
#include "test/support.h"

#include "command/run_plan.h"
#include "task/time.h"
#include <stdio.h>
#include <string.h>

/* One case with these settings. */
static struct run_plan planned(const struct settings *settings)
{
    static const struct pair *pair;
    struct settings point = *settings;
    struct sweep sweep = {&point, 1};
    struct run_plan plan;
    pair = catalog_find("channel_receive");
    struct selection selection = {
        .pairs = &pair, .pair_count = 1, .variants = {true, false}, .settings = *settings};
    assert_true(run_plan_make(&plan, &selection, &sweep));
    assert_int_equal(plan.length, 1);
    return plan;
}

/* Baseline 300 ms and twice the patience of 50 ms, and 400 ms around it; and, but for a case that is to die, the patience and 100 ms
 * more, for its opening. */
static void load_has_an_end(void **state)
{
    (void)state;
    static const struct {
        double rate;
        uint64_t requests;
        int64_t duration;
        uint64_t memory_limit;
        int64_t patience;
        uint64_t requests_planned;
        int64_t duration_planned;
        uint64_t warm_up;
        int64_t limit, time; /* 0: not known */
    } cases[] = {
        {1000, 0, 0, 0, 50 * MILLISECOND, 0, 2 * SECOND, 100, 604 * SECOND, 2950 * MILLISECOND},
        {1000, 500, 0, 0, 50 * MILLISECOND, 500, 0, 100, 601 * SECOND, 1450 * MILLISECOND},
        {1000, 500, SECOND, 0, 50 * MILLISECOND, 500, SECOND, 100, 601 * SECOND,
         1450 * MILLISECOND},
        {1000, 500, SECOND / 4, 0, 50 * MILLISECOND, 500, SECOND / 4, 100,
         600 * SECOND + SECOND / 2, 1200 * MILLISECOND},
        {1000, 0, 0, 1 << 30, 50 * MILLISECOND, 0, 120 * SECOND, 100, 840 * SECOND,
         120800 * MILLISECOND},
        {0, 0, 0, 0, 50 * MILLISECOND, 100000, 0, 100, 800 * SECOND, 0},
        {0, 500, 0, 0, 50 * MILLISECOND, 500, 0, 100, 601 * SECOND, 0},
        {0, 500, SECOND, 0, 50 * MILLISECOND, 500, SECOND, 100, 601 * SECOND, 1950 * MILLISECOND},
        {100, 0, 0, 0, 50 * MILLISECOND, 0, 2 * SECOND, 40, 604 * SECOND, 2950 * MILLISECOND},
        {410, 0, 0, 0, 50 * MILLISECOND, 0, 2 * SECOND, 41, 604 * SECOND, 2950 * MILLISECOND},
        {9990, 0, 0, 0, 50 * MILLISECOND, 0, 2 * SECOND, 999, 604 * SECOND, 2950 * MILLISECOND},
        {20000, 0, 0, 0, 50 * MILLISECOND, 0, 2 * SECOND, 1000, 604 * SECOND, 2950 * MILLISECOND},
        {1000, 0, 0, 0, SECOND, 0, 2 * SECOND, 1000, 604 * SECOND, 5800 * MILLISECOND},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct settings settings = settings_default();
        settings.rate = cases[i].rate;
        settings.requests = cases[i].requests;
        settings.duration = cases[i].duration;
        settings.memory_limit = cases[i].memory_limit;
        settings.patience = cases[i].patience;
        struct run_plan plan = planned(&settings);
        const struct settings *is = &plan.cases[0].settings;
        if (is->requests != cases[i].requests_planned ||
            is->duration != cases[i].duration_planned || is->warm_up != cases[i].warm_up ||
            plan.time_limit != cases[i].limit || run_plan_time(&plan) != cases[i].time)
            fail_msg("case %zu: %lu requests, %ld ns, %lu to warm up, %ld at most, %ld in all", i,
                     (unsigned long)is->requests, (long)is->duration, (unsigned long)is->warm_up,
                     (long)plan.time_limit, (long)run_plan_time(&plan));
        run_plan_free(&plan);
    }
}

/* A result names its seed: another program has to come to the same numbers by it. */
static void chance_is_the_same_for_ever(void **state)
{
    (void)state;
    static const struct {
        uint64_t seed;
        unsigned repetition;
        uint64_t planned;
        int64_t first; /* at 500 a second, and at 4000 */
        int64_t first_of_more;
    } cases[] = {
        {1, 0, 1, 949710, 237427},
        {1, 1, 4744253937173237, 949710, 237427},
        {1, 2, 6644604159053408, 949710, 237427},
        {2, 1, 7896392003899770, 966293, 241573},
        {7, 0, 7, 535104, 133776},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct settings settings = settings_default();
        settings.seed = cases[i].seed;
        uint64_t seed = run_plan_seed(cases[i].seed, cases[i].repetition);
        int64_t first[2];
        for (int more = 0; more < 2; more++) {
            settings.rate = more ? 4000 : 500;
            struct run_plan plan = planned(&settings);
            assert_int_equal(plan.cases[0].settings.seed,
                             cases[i].seed); /* the first repetition's */
            first[more] = plan.cases[0].settings.first_arrival;
            run_plan_free(&plan);
        }
        assert_int_equal(seed, cases[i].planned);
        assert_int_equal(first[0], cases[i].first);
        assert_int_equal(first[1], cases[i].first_of_more);
    }
    struct settings settings = settings_default();
    settings.arrivals = ARRIVALS_POISSON;
    struct run_plan plan = planned(&settings);
    assert_int_equal(plan.cases[0].settings.first_arrival, 0);
    run_plan_free(&plan);
    settings.arrivals = ARRIVALS_CONSTANT;
    settings.rate = 0;
    plan = planned(&settings);
    assert_int_equal(plan.cases[0].settings.first_arrival, 0);
    run_plan_free(&plan);
}

/* Two pairs, at two rates, three times: leak and fix of one stand side by side, which goes first is chance. */
static void the_order_follows_from_the_seed(void **state)
{
    (void)state;
    static const struct {
        uint64_t seed;
        const char *order;
    } cases[] = {
        {1, "1 0 3 2 4 5 7 6 9 8 10 11 13 12 15 14 16 17 18 19 21 20 22 23"},
        {2, "1 0 3 2 4 5 6 7 9 8 10 11 13 12 15 14 17 16 18 19 20 21 23 22"},
    };
    const struct pair *pairs[] = {catalog_find("channel_receive"), catalog_find("full_buffer")};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct settings points[] = {settings_default(), settings_default()};
        struct sweep sweep = {points, 2};
        struct selection selection = {.pairs = pairs,
                                      .pair_count = 2,
                                      .variants = {true, true},
                                      .settings = settings_default(),
                                      .repeat = 3};
        points[1].rate = 7;
        selection.settings.seed = points[0].seed = points[1].seed = cases[i].seed;
        struct run_plan plan;
        assert_true(run_plan_make(&plan, &selection, &sweep));
        char order[256] = "";
        for (size_t k = 0; k < plan.length; k++)
            snprintf(order + strlen(order), sizeof order - strlen(order), "%s%zu", k ? " " : "",
                     plan.order[k]);
        run_plan_free(&plan);
        assert_int_equal(plan.length, 0);
        assert_string_equal(order, cases[i].order);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(load_has_an_end),
        cmocka_unit_test(chance_is_the_same_for_ever),
        cmocka_unit_test(the_order_follows_from_the_seed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
