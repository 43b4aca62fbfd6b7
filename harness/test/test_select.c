/* Select: one of the ready cases without bias, parked in all queues where none is ready, out of all
 * of them when one is served. */
#include "test/support.h"

#include "task/chan.h"
#include "task/defer.h"
#include "task/inspect.h"

/* A task in a select over two channels, both to receive. */
struct receiver {
    struct chan *left, *right;
    int value, chosen;
    bool ok;
};

static void select_two(void *arg)
{
    struct receiver *r = arg;
    r->chosen = chan_select(on_recv_ok(r->left, &r->value, &r->ok),
                            on_recv_ok(r->right, &r->value, &r->ok));
    note("%d:%d%s", r->chosen, r->value, r->ok ? "" : "!");
}

static void send_seven(void *arg)
{
    chan_send(arg, &(int){7});
    note("sent");
}

static void recv_and_note(void *arg)
{
    int value = -1;
    chan_recv(arg, &value);
    note("got=%d", value);
}

static void expect_nobody_waits(struct chan *c)
{
    struct chan_info info = chan_inspect(c);
    assert_int_equal(info.receivers, 0);
    assert_int_equal(info.senders, 0);
}

TASK_TEST(the_ready_case_is_chosen_at_once)
{
    struct chan *empty = chan_make(int, 1), *full = chan_make(int, 1);
    defer(chan_drop, empty);
    defer(chan_drop, full);
    chan_send(full, &(int){5});
    for (int turn = 0; turn < 50; turn++) {
        int value = 0;
        assert_int_equal(chan_select(on_recv(empty, &value), on_recv(full, &value)), 1);
        assert_int_equal(value, 5);
        assert_int_equal(chan_select(on_recv(empty, &value), on_send(full, &(int){5})), 1);
        assert_int_equal(chan_len(full), 1);
        assert_int_equal(chan_len(empty), 0);
    }
}

TASK_TEST(a_select_parks_until_one_case_is_served)
{
    struct chan *left = chan_make(int, 0), *right = chan_make(int, 0);
    defer(chan_drop, left);
    defer(chan_drop, right);
    struct receiver r = {.left = left, .right = right, .value = -1};
    go(select_two, &r);
    settle();
    expect_notes("");
    assert_int_equal(task_stats.waiting[WAIT_SELECT], 1);
    assert_int_equal(chan_inspect(left).receivers, 1);
    assert_int_equal(chan_inspect(right).receivers, 1);
    chan_send(right, &(int){3});
    settle();
    expect_notes("1:3");
    expect_nobody_waits(left);
    expect_nobody_waits(right);
}

TASK_TEST(a_woken_select_has_left_every_queue_before_it_runs)
{
    struct chan *left = chan_make(int, 0), *right = chan_make(int, 0);
    defer(chan_drop, left);
    defer(chan_drop, right);
    struct receiver r = {.left = left, .right = right};
    go(select_two, &r);
    settle();
    assert_true(chan_try_send(left, &(int){1}));
    assert_false(chan_try_send(right, &(int){2}));
    assert_false(chan_try_send(left, &(int){3}));
    settle();
    expect_notes("0:1");
}

TASK_TEST(a_parked_send_case_hands_its_value_over)
{
    struct chan *c = chan_make(int, 0), *never = chan_make(int, 0);
    defer(chan_drop, c);
    defer(chan_drop, never);
    go(recv_and_note, c);
    int from = 11;
    assert_int_equal(chan_select(on_recv(never, NULL), on_send(c, &from)), 1);
    settle();
    expect_notes("got=11");
    expect_nobody_waits(never);
}

TASK_TEST(a_default_is_taken_only_where_nothing_is_ready)
{
    struct chan *c = chan_make(int, 1);
    defer(chan_drop, c);
    int value = 0;
    assert_int_equal(chan_try_select(on_recv(c, &value)), -1);
    assert_int_equal(chan_try_select(on_recv(c, &value), on_send(c, &(int){4})), 1);
    assert_int_equal(chan_try_select(on_send(c, &(int){5})), -1);
    assert_int_equal(chan_try_select(on_recv(c, &value), on_send(c, &(int){6})), 0);
    assert_int_equal(value, 4);
    assert_int_equal(chan_try_select(), -1);
    assert_int_equal(chan_try_select(on_recv(NULL, &value), on_send(NULL, &value)), -1);
    expect_nobody_waits(c);
}

TASK_TEST(ok_is_false_where_nothing_was_received)
{
    struct chan *left = chan_make(int, 1), *right = chan_make(int, 1);
    defer(chan_drop, left);
    defer(chan_drop, right);
    int value = 5;
    bool ok[3] = {true, true, true};
    assert_int_equal(chan_try_select(on_recv_ok(left, &value, &ok[0]), on_recv(left, &value),
                                     on_recv_ok(right, &value, &ok[1]),
                                     on_recv_ok(NULL, &value, &ok[2])),
                     -1);
    assert_false(ok[0] || ok[1] || ok[2]);
    assert_int_equal(value, 5);
}

/* As in Go, where only the chosen case assigns: `for more { select { case job, more = <-jobs: ...` */
TASK_TEST(a_case_that_is_not_chosen_leaves_its_ok_and_its_value_alone)
{
    struct chan *jobs = chan_make(int, 1), *ticks = chan_make(int, 1);
    defer(chan_drop, jobs);
    defer(chan_drop, ticks);
    int job = 5;
    bool more = true;
    chan_send(ticks, &(int){1});
    assert_int_equal(chan_select(on_recv_ok(jobs, &job, &more), on_recv(ticks, NULL)), 1);
    assert_true(more);
    chan_send(ticks, &(int){1});
    assert_int_equal(chan_try_select(on_recv_ok(jobs, &job, &more), on_recv(ticks, NULL)), 1);
    assert_true(more);
    struct receiver r = {.left = jobs, .right = ticks, .value = 6, .ok = true};
    go(select_two, &r);
    settle();
    chan_close(ticks);
    settle();
    assert_int_equal(job, 5);
    expect_notes("1:0!");
}

TASK_TEST(cases_over_null_channels_are_never_ready)
{
    struct chan *c = chan_make(int, 1);
    defer(chan_drop, c);
    int value = 0;
    for (int turn = 0; turn < 20; turn++) {
        chan_send(c, &turn);
        assert_int_equal(
            chan_select(on_send(NULL, &value), on_recv(c, &value), on_recv(NULL, &value)), 1);
        assert_int_equal(value, turn);
    }
    go(send_seven, c);
    chan_send(c, &(int){1});
    settle();
    assert_int_equal(chan_select(on_recv(NULL, &value), on_recv(c, &value)), 1);
    assert_int_equal(chan_select(on_recv(NULL, &value), on_recv(c, &value)), 1);
    assert_int_equal(value, 7);
}

static void select_null_only(void *unused)
{
    (void)unused;
    chan_select(on_recv(NULL, NULL), on_send(NULL, NULL));
    note("never");
}

static void select_nothing(void *unused)
{
    (void)unused;
    chan_select();
    note("never");
}

LEAKING_TASK_TEST(a_select_of_nothing_parks_for_ever)
{
    go(select_null_only, NULL);
    go(select_nothing, NULL);
    settle();
    task_sleep(HOUR);
    expect_notes("");
    assert_int_equal(task_stats.waiting[WAIT_SELECT_NO_CASES], 1);
    assert_int_equal(task_stats.waiting[WAIT_SELECT], 1);
}

TASK_TEST(the_same_channel_twice_takes_one_element)
{
    struct chan *c = chan_make(int, 4);
    defer(chan_drop, c);
    int seen[2] = {0};
    for (int turn = 0; turn < 200; turn++) {
        chan_send(c, &(int){1});
        chan_send(c, &(int){2});
        int value[2] = {0};
        int chosen = chan_select(on_recv(c, &value[0]), on_recv(c, &value[1]));
        assert_in_range(chosen, 0, 1);
        assert_int_equal(value[chosen], 1);
        assert_int_equal(value[!chosen], 0);
        assert_int_equal(chan_len(c), 1);
        seen[chosen]++;
        chan_recv(c, NULL);
    }
    assert_true(seen[0] > 0);
    assert_true(seen[1] > 0);
}

TASK_TEST(the_same_channel_twice_parks_and_is_woken_once)
{
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    struct receiver r = {.left = c, .right = c};
    go(select_two, &r);
    settle();
    assert_int_equal(chan_inspect(c).receivers, 2);
    assert_true(chan_try_send(c, &(int){8}));
    assert_false(chan_try_send(c, &(int){9}));
    settle();
    assert_int_equal(r.value, 8);
    assert_true(r.ok);
    expect_nobody_waits(c);
}

static void send_or_recv(void *arg)
{
    int got = 0;
    if (chan_select(on_send(arg, &(int){5}), on_recv(arg, &got)) == 0)
        note("sent");
    else
        note("got=%d", got);
}

TASK_TEST(a_select_never_meets_itself_but_its_twin)
{
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    go(send_or_recv, c);
    settle();
    expect_notes("");
    assert_int_equal(task_stats.waiting[WAIT_SELECT], 1);
    int got = 0;
    if (chan_select(on_send(c, &(int){6}), on_recv(c, &got)) == 0) {
        settle();
        expect_notes("got=6");
    } else {
        assert_int_equal(got, 5);
        settle();
        expect_notes("sent");
    }
    expect_nobody_waits(c);
}

TASK_TEST(a_closed_channel_is_ready_with_false_and_zero)
{
    struct chan *never = chan_make(int, 0), *closed = chan_make(int, 1);
    defer(chan_drop, never);
    defer(chan_drop, closed);
    chan_send(closed, &(int){6});
    chan_close(closed);
    int value = 99;
    bool ok = false;
    assert_int_equal(chan_select(on_recv(never, NULL), on_recv_ok(closed, &value, &ok)), 1);
    assert_true(ok);
    assert_int_equal(value, 6);
    assert_int_equal(chan_select(on_recv(never, NULL), on_recv_ok(closed, &value, &ok)), 1);
    assert_false(ok);
    assert_int_equal(value, 0);
}

TASK_TEST(close_wakes_a_parked_select)
{
    struct chan *left = chan_make(int, 0), *right = chan_make(int, 0);
    defer(chan_drop, left);
    defer(chan_drop, right);
    struct receiver r = {.left = left, .right = right, .value = 9, .ok = true};
    go(select_two, &r);
    settle();
    chan_close(left);
    settle();
    expect_notes("0:0!");
    expect_nobody_waits(right);
}

TASK_TEST(selects_and_receivers_stand_in_one_line)
{
    struct chan *c = chan_make(int, 0), *never = chan_make(int, 0);
    defer(chan_drop, c);
    defer(chan_drop, never);
    struct receiver first = {.left = never, .right = c}, last = {.left = c, .right = never};
    go(select_two, &first);
    go(recv_and_note, c);
    go(select_two, &last);
    settle();
    for (int value = 1; value <= 3; value++)
        chan_send(c, &value);
    settle();
    expect_notes("1:1 got=2 0:3");
}

TASK_TEST(each_value_goes_to_exactly_one_of_two_selects)
{
    struct chan *left = chan_make(int, 0), *right = chan_make(int, 0);
    defer(chan_drop, left);
    defer(chan_drop, right);
    struct receiver a = {.left = left, .right = right}, b = {.left = right, .right = left};
    go(select_two, &a);
    go(select_two, &b);
    settle();
    assert_true(chan_try_send(right, &(int){1}));
    assert_true(chan_try_send(right, &(int){2}));
    assert_false(chan_try_send(right, &(int){3}));
    assert_false(chan_try_send(left, &(int){4}));
    settle();
    expect_notes("1:1 0:2");
}

TASK_TEST(a_hundred_cases)
{
    enum { CASES = 100 };
    struct chan *chans[CASES];
    struct chan_case cases[CASES];
    int values[CASES] = {0};
    for (int i = 0; i < CASES; i++)
        chans[i] = chan_make(int, 0);
    for (int turn = 0; turn < CASES; turn += 9) {
        for (int i = 0; i < CASES; i++)
            cases[i] = on_recv(chans[i], &values[i]);
        go(send_seven, chans[turn]);
        assert_int_equal(chan_select_cases(cases, CASES), turn);
        assert_int_equal(values[turn], 7);
    }
    for (int i = 0; i < CASES; i++) {
        expect_nobody_waits(chans[i]);
        chan_drop(chans[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_ready_case_is_chosen_at_once),
        cmocka_unit_test(a_select_parks_until_one_case_is_served),
        cmocka_unit_test(a_woken_select_has_left_every_queue_before_it_runs),
        cmocka_unit_test(a_parked_send_case_hands_its_value_over),
        cmocka_unit_test(a_default_is_taken_only_where_nothing_is_ready),
        cmocka_unit_test(ok_is_false_where_nothing_was_received),
        cmocka_unit_test(a_case_that_is_not_chosen_leaves_its_ok_and_its_value_alone),
        cmocka_unit_test(cases_over_null_channels_are_never_ready),
        cmocka_unit_test(a_select_of_nothing_parks_for_ever),
        cmocka_unit_test(the_same_channel_twice_takes_one_element),
        cmocka_unit_test(the_same_channel_twice_parks_and_is_woken_once),
        cmocka_unit_test(a_select_never_meets_itself_but_its_twin),
        cmocka_unit_test(a_closed_channel_is_ready_with_false_and_zero),
        cmocka_unit_test(close_wakes_a_parked_select),
        cmocka_unit_test(selects_and_receivers_stand_in_one_line),
        cmocka_unit_test(each_value_goes_to_exactly_one_of_two_selects),
        cmocka_unit_test(a_hundred_cases),
    };
    return cmocka_run_group_tests_name("select", tests, NULL, NULL);
}
