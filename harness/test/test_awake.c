/* What keeps a task awake that nothing but time wakes: of tasks that wait in each such way. */
#include "test/support.h"

#include "load/awake.h"
#include "load/places.h"
#include "task/chan.h"
#include "task/ctx.h"
#include "task/time.h"
#include "task/timer.h"

static uint64_t of_task;

static bool take(const struct task_info *task, void *arg)
{
    if (task->id == of_task)
        *(enum awake *)arg = awake_by(task);
    return true;
}

static enum awake kept_awake(void)
{
    enum awake by = AWAKE_NOT;
    settle();
    task_each(take, &by);
    return by;
}

static void receive(void *c)
{
    chan_recv(c, NULL);
}

static void send(void *c)
{
    chan_send(c, &(int){1});
}

/* Waits for the one that comes, of two. */
static void choose(void *both)
{
    struct chan *const *c = both;
    chan_select(on_recv(c[0], NULL), on_recv(c[1], NULL));
}

static void sleep_a_second(void *unused)
{
    (void)unused;
    task_sleep(SECOND);
}

TASK_TEST(by_time_or_by_another_task)
{
    struct chan *c = chan_make(int, 0);
    of_task = go(sleep_a_second, NULL);
    assert_int_equal(kept_awake(), AWAKE_BY_SLEEP);
    of_task = go(receive, c);
    assert_int_equal(kept_awake(), AWAKE_BY_OTHERS);
    chan_send(c, &(int){1});
    of_task = go(send, c);
    assert_int_equal(kept_awake(), AWAKE_BY_OTHERS);
    chan_recv(c, NULL);
    of_task = task_id();
    assert_int_equal(kept_awake(), AWAKE_ALWAYS); /* it runs */
    task_sleep(2 * SECOND);
    chan_drop(c);
}

TASK_TEST(by_its_own_ticker_or_by_one_that_others_wait_for_too)
{
    struct ticker *ticker = ticker_new(SECOND);
    struct chan *other = chan_make(int64_t, 0), *both[] = {other, ticker_chan(ticker)};
    of_task = go(receive, ticker_chan(ticker));
    assert_int_equal(kept_awake(), AWAKE_BY_OWN_TICKER);
    go(receive, ticker_chan(ticker));
    assert_int_equal(kept_awake(), AWAKE_BY_TICKER);
    task_sleep(2 * SECOND);
    of_task = go(choose, both);
    assert_int_equal(kept_awake(), AWAKE_BY_OWN_TICKER);
    task_sleep(SECOND);
    both[1] = other; /* a ticker that it does not wait for keeps nobody awake */
    of_task = go(choose, both);
    assert_int_equal(kept_awake(), AWAKE_BY_OTHERS);
    chan_close(other);
    settle();
    chan_drop(other);
    ticker_stop(ticker);
    ticker_drop(ticker);
}

TASK_TEST(by_a_timer_or_by_a_deadline)
{
    struct ctx *ctx = ctx_with_timeout(ctx_background(), SECOND);
    struct chan *other = chan_make(int, 0), *both[] = {other, ctx_done(ctx)};
    of_task = go(receive, ctx_done(ctx));
    assert_int_equal(kept_awake(), AWAKE_BY_DEADLINE);
    of_task = go(choose, both);
    assert_int_equal(kept_awake(), AWAKE_BY_DEADLINE);
    task_sleep(2 * SECOND);
    struct chan *after = timer_after(SECOND);
    both[1] = after;
    of_task = go(choose, both);
    assert_int_equal(kept_awake(), AWAKE_BY_TIMER);
    task_sleep(2 * SECOND);
    chan_drop(after);
    chan_drop(other);
    ctx_drop(ctx);
}

/* Each place is kept apart while there is room; what is more is counted. */
TASK_TEST(places_are_counted_where_there_is_no_room_for_them)
{
    static struct task_places places;
    static struct task_site sites[PLACES_MOST + 2];
    places = (struct task_places){0};
    for (size_t i = 0; i < PLACES_MOST + 2; i++) {
        struct task_info info = {.site = &sites[i], .state = TASK_PARKED, .reason = WAIT_SLEEP};
        places_add_task(&places, &info, AWAKE_NOT);
        places_add_task(&places, &info, AWAKE_NOT);
    }
    assert_int_equal(places.length, PLACES_MOST);
    assert_int_equal(places.places[PLACES_MOST - 1].count, 2);
    assert_int_equal(places.omitted, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_time_or_by_another_task),
        cmocka_unit_test(by_its_own_ticker_or_by_one_that_others_wait_for_too),
        cmocka_unit_test(by_a_timer_or_by_a_deadline),
        cmocka_unit_test(places_are_counted_where_there_is_no_room_for_them),
    };
    return cmocka_run_group_tests_name("awake", tests, NULL, NULL);
}
