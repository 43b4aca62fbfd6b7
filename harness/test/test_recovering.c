/* `--recover`: what is proven to be leaked is made to end while a case goes on, and nothing else is. */
#include "test/judging.h"

#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/timer.h"
#include <stdlib.h>

/* --- What one request does ------------------------------------------------------------------ */

static void nothing(struct ctx *request)
{
    (void)request;
}

static void tick(int turns)
{
    struct ticker *t = ticker_new(SECOND);
    defer(ticker_drop, t);
    defer(ticker_stop, t);
    for (int i = 0; !turns || i < turns; i++)
        chan_recv(ticker_chan(t), NULL);
}

static void tick_some(void *turns)
{
    tick((int)(intptr_t)turns);
}

/* It looks as one does that ticks for ever: only its own ticker wakes it. */
static void tick_for_a_while(struct ctx *request)
{
    (void)request;
    go(tick_some, (void *)(intptr_t)100);
}

static void tick_for_ever_or_a_while(struct ctx *request)
{
    static int number;
    (void)request;
    go(tick_some, (void *)(intptr_t)(++number % 2 ? 100 : 0));
}

static void wait_in_vain(void *c)
{
    chan_recv(c, NULL);
}

/* Its deferred call is proven in turn. */
static void leave_in_two_steps(void *c)
{
    defer(chan_drop, c);
    defer(wait_in_vain, NULL);
    chan_recv(c, NULL);
}

static void leak_in_two_steps(struct ctx *request)
{
    (void)request;
    go(leave_in_two_steps, chan_make(int, 0));
}

#define TICKS LEAVES(.tasks_held = 1, .timers_held = 1, .held_for = 100 * SECOND)

static const struct pair pairs[] = {
    {.id = "ticks", .entry = {tick_for_a_while, nothing}, TICKS},
    {.id = "ticks_or_not", .entry = {tick_for_ever_or_a_while, nothing}, TICKS},
    {.id = "two_steps", .entry = {leak_in_two_steps, nothing}, ONE_RECEIVER},
};

/* --- What becomes of it --------------------------------------------------------------------- */

static struct settings recovering(void)
{
    struct settings settings = checked();
    settings.recover = SECOND;
    return settings;
}

static struct recovered recovered(const char *id, struct verdict *verdict)
{
    struct settings settings = recovering();
    struct outcome outcome = run_with(id, VARIANT_LEAK, &settings, 0);
    verdict_of(&outcome, JUDGE_EXACTLY, verdict);
    struct recovered of_case = outcome.gauges->progress.recovered;
    outcome_free(&outcome);
    return of_case;
}

static void what_ends_by_itself_is_left_alone(void **state)
{
    (void)state;
    struct verdict verdict;
    struct recovered r = recovered("ticks", &verdict);
    assert_int_equal(r.ended + r.spinning, 0);
    assert_int_equal(r.looks, 2);
    assert_string_equal(verdict.wrong, "");
}

static void where_some_of_a_place_end_by_themselves_none_is_made_to(void **state)
{
    (void)state;
    struct verdict verdict;
    struct recovered r = recovered("ticks_or_not", &verdict);
    assert_int_equal(r.ended + r.spinning, 0);
    assert_int_equal(verdict.kind, VERDICT_LEAK);
}

/* Each of them counts. */
static void a_deferred_call_that_waits_for_ever_is_ended_too(void **state)
{
    (void)state;
    struct verdict verdict;
    struct recovered r = recovered("two_steps", &verdict);
    assert_int_equal(r.ended, 2 * REQUESTS);
    assert_int_equal(r.looks, 4);
    assert_true(r.longest > 0 && r.longest < HANG_SECONDS * SECOND);
    assert_string_equal(verdict.wrong, "");
    assert_int_equal(verdict.kind, VERDICT_CLEAN);
}

/* --- The catalog and the controls ----------------------------------------------------------- */

static size_t tasks_of(const struct pair *pair)
{
    size_t n = 0;
    for (int reason = 0; reason < WAIT_REASONS; reason++)
        n += pair->expected[VARIANT_LEAK].parked[reason];
    return n;
}

static void expect_recovered(struct outcome *outcome)
{
    struct verdict verdict;
    verdict_of(outcome, JUDGE_EXACTLY, &verdict);
    const struct recovered *r = &outcome->gauges->progress.recovered;
    if (!verdict.as_catalogued)
        fail_msg("%s: %s (%s)", outcome->pair->id, verdict.words, verdict.wrong);
    assert_int_equal(r->ended + r->spinning, outcome->settings.requests * tasks_of(outcome->pair));
    outcome_free(outcome);
}

static void run_all(struct outcome *cases, size_t length)
{
    struct lab_plan plan = {.cases = cases, .length = length, .at_once = 4, .copies = true};
    assert_non_null(cases);
    assert_int_equal(lab_run(&plan), 0);
    for (size_t i = 0; i < length; i++)
        expect_recovered(&cases[i]);
    free(cases);
}

/* With all that they had: channels, contexts, timers, heap. The others are `leaklab check --recover`'s. */
static void each_leak_is_at_its_baseline_after_ten_minutes(void **state)
{
    (void)state;
    enum { RATE = 1 };
    struct settings settings = recovering();
    struct outcome *cases = calloc(catalog_length, sizeof *cases);
    size_t length = 0;
    settings.recover = 10 * SECOND;
    settings.rate = RATE;
    settings.requests = 10 * 60 * RATE;
    settings.warm_up = 100;
    for (size_t i = 0; i < catalog_length; i++)
        if (!strcmp(catalog[i].family, "pitfalls") || !strcmp(catalog[i].family, "strategies"))
            cases[length++] = outcome_of(&catalog[i], VARIANT_LEAK, &settings);
    assert_int_equal(length, 10);
    run_all(cases, length);
}

static void no_control_is_touched(void **state)
{
    (void)state;
    struct settings settings = recovering();
    struct outcome *cases = calloc(controls_length, sizeof *cases);
    settings.recover = 40 * MILLISECOND;
    settings.requests = settings.warm_up = 1000;
    for (size_t i = 0; i < controls_length; i++)
        cases[i] = outcome_of(&controls[i], VARIANT_FIX, &settings);
    run_all(cases, controls_length);
}

int main(int argc, char **argv)
{
    JUDGING_BEGIN(argc, argv);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_ends_by_itself_is_left_alone),
        cmocka_unit_test(where_some_of_a_place_end_by_themselves_none_is_made_to),
        cmocka_unit_test(a_deferred_call_that_waits_for_ever_is_ended_too),
        cmocka_unit_test(each_leak_is_at_its_baseline_after_ten_minutes),
        cmocka_unit_test(no_control_is_touched),
    };
    return cmocka_run_group_tests_name("recovering", tests, NULL, NULL);
}
