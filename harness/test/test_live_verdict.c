/* What the live page says of a case so far, and the looks that it says it of: made up here, without a
 * process. */
#include "test/support.h"
#include "test/words.h"

#include "live/live_verdict.h"
#include "task/loop.h"
#include <math.h>

/* --- A case, made up ------------------------------------------------------------------------ */

static struct live_case some;
static struct gauges gauges;

/* A running leak of this pair, as if so many looks had been taken, ten a second, at 100 requests a second; each
 * request leaves so many tasks, timers and bytes. */
static struct live_case *running(const char *id, int looks, double tasks, double timers, double rss)
{
    some =
        (struct live_case){.variant = VARIANT_LEAK, .state = LIVE_RUNNING, .looks = {.every = 1}};
    some.outcome.gauges = &gauges;
    some.outcome.pair = catalog_find(id);
    some.outcome.variant = VARIANT_LEAK;
    assert_non_null(some.outcome.pair);
    for (int i = 0; i < looks; i++) {
        double requests = 10.0 * i;
        some.last = (struct live_look){.seconds = 0.1 * i,
                                       .requests = (uint64_t)requests,
                                       .tasks = (uint64_t)(5 + tasks * requests),
                                       .timers = (uint64_t)(timers * requests),
                                       .rss = 1000000 + (int64_t)(rss * requests)};
        looks_keep(&some.looks, &some.last);
    }
    some.moved_at = uv_now(task_loop());
    return &some;
}

static void expect_said(const struct live_case *c, const char *kind, const char *words)
{
    struct live_verdict verdict = live_verdict_of(c, 0, 100);
    assert_string_equal(verdict.kind, kind);
    expect_words(verdict.words, words);
}

static void expect_said_all(const struct live_case *c, const char *kind, const char *words)
{
    struct live_verdict verdict = live_verdict_of(c, 0, 100);
    assert_string_equal(verdict.words, words);
    assert_string_equal(verdict.kind, kind);
}

/* --- So far --------------------------------------------------------------------------------- */

TASK_TEST(a_running_case_is_judged_by_what_grows)
{
    expect_said(running("full_buffer", 9, 1, 0, 0), "early", "Too early to say, after 80 requests");
    expect_said(running("full_buffer", 1, 1, 0, 0), "early", "after 0 requests");
    expect_said(running("full_buffer", 60, 1, 0, 0), "leak",
                "Leaking: 1.000 tasks a request (1.000 to 1.000)");
    expect_said(running("full_buffer", 60, 0, 0, 0), "clean",
                "Clean so far: 0.000 tasks a request (0.000 to 0.000)");
    expect_said(running("timer_in_loop", 60, 0, 10, 0), "grows",
                "Holding on: 10.000 timers a request (10.000 to 10.000)");
    struct live_case *one = running("full_buffer", 10, 0, 0, 0);
    one->last.requests = 1;
    expect_said(one, "early", "Too early to say, after 1 request");
}

/* One task in a hundred requests is where a leak begins. */
TASK_TEST(what_wavers_about_the_least_leak_is_unsure)
{
    struct live_case *c = running("full_buffer", 60, 0, 0, 0);
    for (size_t i = 0; i < c->looks.length; i++)
        c->looks.at[i].tasks = 100 + i / 9 + 5 * (i % 7 % 2);
    expect_said_all(c, "unsure", "Not sure yet: 0.011 tasks a request (0.010 to 0.012)");
    for (size_t i = 0; i < c->looks.length; i++) { /* tasks are clear, timers are not */
        c->looks.at[i].timers = c->looks.at[i].tasks;
        c->looks.at[i].tasks = 100;
    }
    expect_said_all(c, "unsure", "Not sure yet: 0.000 tasks a request (0.000 to 0.000)");
}

/* Ten looks, and fifty requests; the points are taken evenly out of all looks. */
TASK_TEST(it_is_too_early_until_enough_is_seen)
{
    struct live_case *c = running("full_buffer", 10, 1, 0, 0);
    c->last.requests = 49;
    expect_said_all(c, "early", "Too early to say, after 49 requests");
    c->last.requests = 50;
    expect_said_all(c, "leak", "Leaking: 1.000 tasks a request (1.000 to 1.000)");
    c->looks.length = 9;
    expect_said_all(c, "early", "Too early to say, after 50 requests");
    c = running("full_buffer", 100, 0, 0, 0);
    for (size_t i = 0; i < c->looks.length; i++)
        c->looks.at[i].tasks = 2 * i + i * i * 7 % 23;
    expect_said_all(c, "leak", "Leaking: 0.200 tasks a request (0.193 to 0.207)");
    assert_string_equal(live_verdict_of(c, 4.7, 100).words,
                        "Leaking: 0.200 tasks a request (0.176 to 0.222)");
}

/* What is ended is counted, those that could be woken by their own ticker alone too. */
TASK_TEST(a_leak_that_is_recovered_is_clean)
{
    struct live_case *c = running("full_buffer", 60, 1, 0, 0);
    gauges.progress.recovered = (struct recovered){.ended = 40, .spinning = 2};
    expect_said(c, "leak", "Leaking: ");
    c->outcome.settings.recover = 1;
    c->last.tasks = 7;
    expect_said_all(c, "clean", "Leaking, and recovered: 42 tasks were ended so far, 7 are there");
    gauges.progress.recovered = (struct recovered){.spinning = 1};
    expect_said_all(c, "clean", "Leaking, and recovered: 1 tasks were ended so far, 7 are there");
    gauges.progress.recovered = (struct recovered){0};
    expect_said(c, "leak", "Leaking: ");
}

/* Of plain C: what grows is said, all of it; else that it is not clear, or that nothing does. */
TASK_TEST(plain_c_is_judged_by_what_it_has_open)
{
    struct live_case *c = running("stop_is_not_close", 60, 0, 0, 0);
    expect_said(c, "clean",
                "Clean so far: none of handles, requests in flight, descriptors and threads grows");
    for (size_t i = 0; i < c->looks.length; i++)
        c->looks.at[i].plain[PLAIN_HANDLES] = 100 + i / 9 + 5 * (i % 7 % 2);
    expect_said(c, "unsure",
                "Not sure yet: it is not clear which of handles, requests in flight, descriptors "
                "and threads grows");
    for (size_t i = 0; i < c->looks.length; i++) {
        c->looks.at[i].plain[PLAIN_HANDLES] = c->looks.at[i].requests;
        c->looks.at[i].plain[PLAIN_THREADS] = 2 * c->looks.at[i].requests;
    }
    expect_said(c, "leak",
                "Leaking: 1.000 handles a request (1.000 to 1.000), 2.000 threads a request "
                "(2.000 to 2.000)");
}

TASK_TEST(looks_of_another_load_do_not_count)
{
    struct live_case *c = running("full_buffer", 60, 1, 0, 0);
    for (size_t i = 30; i < 60; i++)
        c->looks.at[i].tasks = 300; /* none more from the third second on */
    assert_string_equal(live_verdict_of(c, 3.05, 100).kind, "clean");
    assert_string_equal(live_verdict_of(c, 5.5, 100).kind, "early"); /* five looks */
}

/* --- Until the limit is met ----------------------------------------------------------------- */

TASK_TEST(time_left_is_of_what_stays_for_ever)
{
    struct live_case *c = running("full_buffer", 200, 1, 0, 4000);
    assert_true(isnan(live_verdict_of(c, 0, 100).seconds_left)); /* no limit */
    c->memory_limit = c->last.rss + 4000 * 100 * 60;
    assert_true(fabs(live_verdict_of(c, 0, 100).seconds_left - 60) < 0.01);
    assert_true(fabs(live_verdict_of(c, 0, 50).seconds_left - 120) < 0.01);
    c->memory_limit = c->last.rss - 1;
    assert_true(live_verdict_of(c, 0, 100).seconds_left == 0);
    c = running("full_buffer", 90, 1, 0, 4000); /* not ten seconds yet */
    c->memory_limit = 1 << 30;
    assert_true(isnan(live_verdict_of(c, 0, 100).seconds_left));
    c = running("full_buffer", 105, 1, 0, 4000); /* ten, and not eleven */
    c->memory_limit = 1 << 30;
    assert_false(isnan(live_verdict_of(c, 0, 100).seconds_left));
    c = running("full_buffer", 200, 1, 0, 4000);
    c->memory_limit = 1 << 30;
    for (size_t i = 100; i < 200; i++) /* it grows by less than seven tenths of before */
        c->looks.at[i].rss = c->looks.at[100].rss + 27000 * (int64_t)(i - 100);
    assert_true(isnan(live_verdict_of(c, 0, 100).seconds_left));
    for (size_t i = 100; i < 200; i++) /* by more */
        c->looks.at[i].rss = c->looks.at[100].rss + 30000 * (int64_t)(i - 100);
    assert_false(isnan(live_verdict_of(c, 0, 100).seconds_left));
    c = running("full_buffer", 200, 1, 0, 0);
    c->memory_limit = 1 << 30;
    assert_true(isnan(live_verdict_of(c, 0, 100).seconds_left)); /* memory does not grow */
}

/* --- Other states --------------------------------------------------------------------------- */

TASK_TEST(each_state_has_its_words)
{
    struct live_case *c = running("full_buffer", 60, 1, 0, 0);
    c->state = LIVE_STOPPING;
    expect_said(c, "early", "Stopped: virtual time passes until nothing is due any more");
    c->state = LIVE_DEAD;
    strcpy(c->ending, "killed by its limit");
    expect_said(c, "dead", "Dead: killed by its limit");
    c->let_go = true;
    expect_said(c, "ended", "Ended: killed by its limit");
    c->outcome.ending.how = ENDED_WELL;
    c->judged = true; /* what came after takes nothing away from it */
    expect_said_all(c, "unsure", "Judged: no request was served");
    c->state = LIVE_SETTLED;
    expect_said_all(c, "unsure", "Judged: no request was served");
    c->state = LIVE_RUNNING;
    c->moved_at -= 3001;
    expect_said(c, "unsure", "Stands still: no request for 3 s. Is its process stopped?");
    struct live_verdict slow = live_verdict_of(c, 0, 3); /* nine were due: that may be chance */
    assert_string_equal(slow.kind, "leak");
    c->moved_at += 1;
    expect_said(c, "leak", "Leaking: ");
}

/* --- Looks ---------------------------------------------------------------------------------- */

static void a_full_row_of_looks_is_thinned_out(void **state)
{
    (void)state;
    static struct looks looks = {.every = 1};
    for (int i = 0; i < 4 * LOOKS_MOST; i++) {
        looks_keep(&looks, &(struct live_look){.requests = (uint64_t)i});
        assert_true(looks.length <= LOOKS_MOST);
        if (i == LOOKS_MOST - 1)
            assert_int_equal(looks.length, LOOKS_MOST);
        for (size_t k = 1; k < looks.length; k++) /* alike far apart, as the first are */
            assert_true(k < LOOKS_MOST - 1 || looks.at[k].requests > looks.at[k - 1].requests);
    }
    assert_int_equal(looks.every, 4);
    assert_int_equal(looks.at[0].requests, 0);
    assert_int_equal(looks.at[1].requests, 4);
    assert_true(looks.length > LOOKS_MOST / 2);
    assert_true(looks.at[looks.length - 1].requests > 4 * LOOKS_MOST - 9);
}

static void a_look_takes_what_the_gauges_say(void **state)
{
    (void)state;
    static struct gauges g;
    g.runtime.live = 7;
    g.runtime.timers = 3;
    assert_true(isnan(live_look_at(&g).p99)); /* none has returned */
    g.progress.sent = 100;
    g.progress.finished = 100;
    for (int i = 0; i < 100; i++)
        g.tail[i] = (99 - i) * 1000000; /* unsorted: 0 to 99 ms */
    struct live_look look = live_look_at(&g);
    assert_int_equal(look.tasks, 7);
    assert_int_equal(look.timers, 3);
    assert_int_equal(look.requests, 100);
    assert_int_equal(look.finished, 100);
    assert_true(fabs(look.p99 - 0.09801) < 1e-6);
    g.progress.sent = 101; /* one may be under way, and one of a hundred may never return */
    assert_true(isfinite(live_look_at(&g).p99));
    g.progress.sent = 103;
    assert_true(isinf(live_look_at(&g).p99));
    g.progress.refused = 1; /* as if never sent */
    assert_true(isfinite(live_look_at(&g).p99));
    g.progress.refused = 0;
    g.settings.rate = 100;
    g.settings.patience = 20000000; /* two more are waited for so long */
    assert_true(isfinite(live_look_at(&g).p99));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_running_case_is_judged_by_what_grows),
        cmocka_unit_test(what_wavers_about_the_least_leak_is_unsure),
        cmocka_unit_test(it_is_too_early_until_enough_is_seen),
        cmocka_unit_test(a_leak_that_is_recovered_is_clean),
        cmocka_unit_test(plain_c_is_judged_by_what_it_has_open),
        cmocka_unit_test(looks_of_another_load_do_not_count),
        cmocka_unit_test(time_left_is_of_what_stays_for_ever),
        cmocka_unit_test(each_state_has_its_words),
        cmocka_unit_test(a_full_row_of_looks_is_thinned_out),
        cmocka_unit_test(a_look_takes_what_the_gauges_say),
    };
    return cmocka_run_group_tests_name("live: verdict", tests, NULL, NULL);
}
