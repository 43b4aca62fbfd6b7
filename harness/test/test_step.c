/* Virtual time, let pass deadline by deadline. */
#include "test/support.h"

#include "task/chan.h"
#include "task/defer.h"
#include "task/step.h"
#include "task/timer.h"

/* What time has led to, in turns: the deadline's own, step by step. */
static uint32_t take_one(void)
{
    struct step next;
    assert_true(step_next(&next));
    step_take();
    settle();
    return next.turns;
}

static void sleep_again(void *times)
{
    for (intptr_t i = 0; i < (intptr_t)times; i++)
        task_sleep(SECOND);
}

TASK_TEST(turns_count_what_time_alone_leads_to)
{
    int64_t start = clock_now();
    step_begin();
    go(sleep_again, (void *)5);
    settle();
    for (uint32_t turn = 0; turn < 5; turn++) {
        assert_int_equal(take_one(), turn);
        assert_int_equal(clock_now(), start + (turn + 1) * SECOND);
    }
    struct step next;
    assert_false(step_next(&next));
}

static void hand_on(void *generations)
{
    int left = (int)(intptr_t)generations;
    task_sleep(SECOND);
    if (left > 1)
        go(hand_on, (void *)(intptr_t)(left - 1));
}

TASK_TEST(turns_pass_on_from_task_to_task)
{
    step_begin();
    go(hand_on, (void *)4);
    settle();
    for (uint32_t turn = 0; turn < 4; turn++)
        assert_int_equal(take_one(), turn);
}

/* One at a time: what is due at the same time does not lend its turns to another. */
TASK_TEST(deadlines_of_one_time_are_steps_of_their_own)
{
    step_begin();
    step_by_hand(true);
    struct ticker *ticker = ticker_new(SECOND);
    defer(ticker_drop, ticker);
    defer(ticker_stop, ticker);
    for (uint32_t turn = 0; turn < 3; turn++)
        assert_int_equal(take_one(), turn);
    step_to(clock_now()); /* by hand: no turns */
    go(sleep_again, (void *)2);
    settle();
    assert_int_equal(take_one(), 3);
    assert_int_equal(take_one(), 0);
    for (int i = 0; i < 1000; i++)
        task_yield(); /* also where the loop has its turn meanwhile */
    assert_int_equal(take_one(), 4);
    assert_int_equal(take_one(), 1);
    step_by_hand(false);
}

TASK_TEST(what_is_set_aside_does_not_fire_until_a_new_beginning)
{
    int64_t start = clock_now();
    struct ticker *ticker = ticker_new(SECOND);
    defer(ticker_drop, ticker);
    defer(ticker_stop, ticker);
    struct chan *late = timer_after(HOUR);
    defer(chan_drop, late);
    struct step next;
    assert_true(step_next(&next));
    assert_int_equal(next.when, start + SECOND);
    step_set_aside();
    assert_int_equal(take_one(), 0);
    assert_int_equal(clock_now(), start + HOUR);
    assert_int_equal(chan_len(late), 1);
    assert_false(step_next(&next));
    assert_int_equal(step_begin(), 1);
    assert_true(step_next(&next));
    assert_int_equal(next.when, start + SECOND); /* long over */
    step_take();
    assert_int_equal(clock_now(), start + HOUR);
    assert_int_equal(chan_len(ticker_chan(ticker)), 1);
    step_begin();
    assert_true(step_next(&next));
    assert_int_equal(next.turns, 0);
    assert_int_equal(next.when, start + HOUR + SECOND);
}

TASK_TEST(what_is_set_aside_can_be_stopped)
{
    enum { TICKERS = 20 };
    struct ticker *tickers[TICKERS];
    for (int i = 0; i < TICKERS; i++)
        tickers[i] = ticker_new((i * 7 % TICKERS + 1) * SECOND);
    struct step next;
    while (step_next(&next))
        step_set_aside();
    for (int i = 0; i < TICKERS; i += 2)
        ticker_stop(tickers[i]);
    assert_int_equal(task_stats.armed, TICKERS / 2);
    assert_int_equal(step_begin(), TICKERS / 2);
    int64_t last = 0;
    for (int i = 0; i < TICKERS / 2; i++) {
        assert_true(step_next(&next) && next.when >= last);
        last = next.when;
        step_set_aside();
    }
    assert_false(step_next(&next));
    for (int i = 0; i < TICKERS; i++) {
        ticker_stop(tickers[i]);
        ticker_drop(tickers[i]);
    }
}

static void sleep_for_ever(void *arg)
{
    (void)arg;
    task_sleep(INT64_MAX);
}

LEAKING_TASK_TEST(the_end_of_time_never_comes)
{
    struct step next;
    go(sleep_for_ever, NULL);
    settle();
    assert_int_equal(task_stats.armed, 1);
    assert_false(step_next(&next));
    step_begin();
    assert_false(step_next(&next));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(turns_count_what_time_alone_leads_to),
        cmocka_unit_test(turns_pass_on_from_task_to_task),
        cmocka_unit_test(deadlines_of_one_time_are_steps_of_their_own),
        cmocka_unit_test(what_is_set_aside_does_not_fire_until_a_new_beginning),
        cmocka_unit_test(what_is_set_aside_can_be_stopped),
        cmocka_unit_test(the_end_of_time_never_comes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
