/* What is alive is counted by the line that made it, and what was made lately apart from the rest. */
#include "test/support.h"

#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/inspect.h"
#include "task/timer.h"

struct lines {
    enum made_kind kind;
    size_t length;
    struct made_info made[8];
};

static bool take(const struct made_info *made, void *arg)
{
    struct lines *lines = arg;
    if (made->kind == lines->kind)
        lines->made[lines->length++] = *made;
    return lines->length < 8;
}

static struct lines lines_of(enum made_kind kind)
{
    struct lines lines = {.kind = kind};
    made_each(take, &lines);
    return lines;
}

static __attribute__((noinline)) struct chan *make_here(void)
{
    return chan_make(int, 0);
}

static __attribute__((noinline)) struct chan *make_there(void)
{
    return chan_make(char, 0);
}

TASK_TEST(each_line_has_its_own_count)
{
    struct chan *here[3], *there = make_there();
    for (int i = 0; i < 3; i++)
        here[i] = make_here();
    struct lines lines = lines_of(MADE_CHANNEL);
    assert_int_equal(lines.length, 2);
    assert_int_equal(lines.made[0].alive + lines.made[1].alive, 4);
    assert_true(lines.made[0].alive == 1 || lines.made[0].alive == 3);
    assert_ptr_not_equal(lines.made[0].at, lines.made[1].at);
    size_t three = lines.made[0].alive == 3 ? 0 : 1;
    assert_ptr_equal(lines.made[three].at, chan_inspect(here[0]).made_at);
    chan_drop(there);
    for (int i = 0; i < 3; i++)
        chan_drop(here[i]);
    assert_int_equal(lines_of(MADE_CHANNEL).length, 0);
}

static struct chan *made;

static void make_one(void *arg)
{
    (void)arg;
    made = make_here();
}

static struct chan *make_in_a_new_task(void)
{
    go(make_one, NULL);
    settle();
    return made;
}

/* By what each is, not by subtraction: an old one that goes does not make up for a new one. */
TASK_TEST(fresh_ones_are_told_from_old_ones_that_go)
{
    struct chan *old = make_in_a_new_task();
    made_begin_fresh();
    struct chan *fresh = make_in_a_new_task();
    assert_int_equal(made_of(MADE_CHANNEL).alive, 2);
    assert_int_equal(made_of(MADE_CHANNEL).fresh, 1);
    chan_drop(old);
    assert_int_equal(made_of(MADE_CHANNEL).fresh, 1);
    made_begin_fresh();
    assert_int_equal(made_of(MADE_CHANNEL).alive, 1);
    assert_int_equal(made_of(MADE_CHANNEL).fresh, 0);
    struct chan *fresher = make_in_a_new_task();
    chan_drop(fresh);
    assert_int_equal(made_of(MADE_CHANNEL).fresh, 1);
    chan_drop(fresher);
    assert_int_equal(made_of(MADE_CHANNEL).alive, 0);
    assert_int_equal(made_of(MADE_CHANNEL).fresh, 0);
}

static struct chan *turn, *of_its_own, *one_more;

/* Each turn it makes another one for what it held, and in the second one that it keeps. */
static void renew(void *arg)
{
    (void)arg;
    for (int n = 0; chan_recv(turn, NULL); n++) {
        chan_drop(of_its_own);
        of_its_own = make_here();
        if (n == 1)
            one_more = make_there();
    }
}

TASK_TEST(what_an_old_task_makes_in_place_of_its_own_is_no_more_than_there_was)
{
    turn = chan_make(struct {}, 0);
    of_its_own = make_here();
    go(renew, NULL);
    settle();
    made_begin_fresh();
    chan_send(turn, NULL);
    settle();
    assert_int_equal(made_of(MADE_CHANNEL).fresh, 0);
    chan_send(turn, NULL);
    settle();
    assert_int_equal(made_of(MADE_CHANNEL).fresh, 1);
    chan_drop(make_here());
    assert_int_equal(made_of(MADE_CHANNEL).fresh, 1);
    chan_close(turn);
    settle();
    chan_drop(turn);
    chan_drop(of_its_own);
    chan_drop(one_more);
}

static void nothing(void *arg)
{
    (void)arg;
}

TASK_TEST(timers_and_contexts_are_counted_without_their_channels)
{
    struct ctx *parent = ctx_with_cancel(ctx_background());
    struct ctx *child = ctx_with_timeout(parent, HOUR),
               *other = ctx_with_value(parent, "key", NULL);
    ctx_done(child);
    struct timer *timer = timer_new(HOUR), *calls = timer_func(HOUR, nothing, NULL);
    struct ticker *ticker = ticker_new(SECOND);
    struct chan *after = timer_after(MINUTE);
    assert_int_equal(made_of(MADE_CONTEXT).alive, 3);
    assert_int_equal(lines_of(MADE_CONTEXT).length, 3);
    assert_int_equal(made_of(MADE_TIMER).alive, 4);
    assert_int_equal(lines_of(MADE_TIMER).length, 4);
    assert_int_equal(made_of(MADE_CHANNEL).alive, 0);
    assert_int_equal(chan_inspect(after).owner, CHAN_OF_TIMER);
    assert_int_equal(chan_inspect(ctx_done(child)).owner, CHAN_OF_CONTEXT);
    timer_stop(timer);
    assert_int_equal(made_of(MADE_TIMER).alive, 4); /* stopped, and there */
    task_sleep(MINUTE);
    settle();
    assert_int_equal(made_of(MADE_TIMER).alive, 3); /* fired, and held by nobody */
    chan_drop(after);
    timer_drop(timer);
    timer_stop(calls);
    timer_drop(calls);
    ticker_stop(ticker);
    ticker_drop(ticker);
    assert_int_equal(made_of(MADE_TIMER).alive, 0);
    ctx_cancel(parent);
    ctx_drop(child);
    ctx_drop(other);
    ctx_drop(parent);
    assert_int_equal(made_of(MADE_CONTEXT).alive, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_line_has_its_own_count),
        cmocka_unit_test(fresh_ones_are_told_from_old_ones_that_go),
        cmocka_unit_test(what_an_old_task_makes_in_place_of_its_own_is_no_more_than_there_was),
        cmocka_unit_test(timers_and_contexts_are_counted_without_their_channels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
