/* Close of a channel that very many wait on: the runtime wakes them by and by, which nobody may see. */
#include "test/operation.h"

#include "task/chan.h"
#include "task/timer.h"
#include <stdlib.h>

enum { CROWD = 1000 };

/* Those who have gone on, in this order. */
static struct {
    int numbers[2 * CROWD + 8], count;
} gone_on;

struct waiter {
    struct chan *gate;
    int number;
};

static void go_on(int number)
{
    gone_on.numbers[gone_on.count++] = number;
}

static void wait_at_gate(void *arg)
{
    struct waiter *w = arg;
    int64_t value = -1;
    assert_false(chan_recv(w->gate, &value));
    assert_int_equal(value, 0);
    go_on(w->number);
}

static void park_crowd(struct waiter *crowd, struct chan *gate, int count, int first)
{
    for (int i = 0; i < count; i++) {
        crowd[i] = (struct waiter){gate, first + i};
        go(wait_at_gate, &crowd[i]);
    }
    settle();
    gone_on.count = 0;
}

static void expect_in_order(int count)
{
    assert_int_equal(gone_on.count, count);
    for (int i = 0; i < count; i++)
        assert_int_equal(gone_on.numbers[i], i);
}

static void come_later(void *number)
{
    go_on((int)(intptr_t)number);
}

static void wait_and_spawn(void *arg)
{
    wait_at_gate(arg);
    go(come_later, (void *)(intptr_t)(CROWD + 1));
}

TASK_TEST(all_go_on_in_order_and_before_who_is_ready_later)
{
    static struct waiter crowd[CROWD];
    struct chan *gate = chan_make(int64_t, 0);
    struct waiter last = {gate, CROWD - 1};
    park_crowd(crowd, gate, CROWD - 1, 0);
    go(wait_and_spawn, &last);
    settle();
    chan_close(gate);
    chan_drop(gate);
    go(come_later, (void *)(intptr_t)CROWD);
    task_yield();
    expect_in_order(CROWD + 1);
    task_yield();
    expect_in_order(CROWD + 2);
    assert_int_equal(task_count(), 1);
}

TASK_TEST(two_crowds_go_on_one_after_the_other)
{
    static struct waiter crowds[2][CROWD];
    struct chan *gates[2];
    for (int i = 0; i < 2; i++) {
        gates[i] = chan_make(int64_t, 0);
        park_crowd(crowds[i], gates[i], CROWD, i * CROWD);
    }
    for (int i = 0; i < 2; i++) {
        chan_close(gates[i]);
        chan_drop(gates[i]);
    }
    task_yield();
    expect_in_order(2 * CROWD);
}

static void look_around(void *arg)
{
    wait_at_gate(arg);
    if (gone_on.count < CROWD)
        assert_true(task_stats.live - parked() > 1);
}

/* Whoever waits for all others to be parked must not take those for it who are not yet woken. */
TASK_TEST(nobody_finds_all_others_parked_meanwhile)
{
    static struct waiter crowd[CROWD];
    struct chan *gate = chan_make(int64_t, 0);
    for (int i = 0; i < CROWD; i++) {
        crowd[i] = (struct waiter){gate, i};
        go(look_around, &crowd[i]);
    }
    settle();
    gone_on.count = 0;
    chan_close(gate);
    chan_drop(gate);
    settle();
    expect_in_order(CROWD);
}

struct choice {
    struct chan *gate, *other;
    int chosen;
};

static void choose(void *arg)
{
    struct choice *c = arg;
    c->chosen = chan_select(on_recv(c->gate, NULL), on_recv(c->other, NULL));
}

TASK_TEST(who_can_go_on_otherwise_does_so_once)
{
    static struct waiter crowd[CROWD];
    struct choice choices[] = {{chan_make(int64_t, 0), chan_make(int64_t, 0), -1},
                               {NULL, chan_make(int64_t, 0), -1}};
    choices[1].gate = choices[0].gate;
    park_crowd(crowd, choices[0].gate, CROWD, 0);
    for (int i = 0; i < 2; i++)
        go(choose, &choices[i]);
    settle();
    chan_close(choices[0].gate);
    chan_drop(choices[0].gate);
    assert_true(chan_try_send(choices[1].other, &(int64_t){1}));
    settle();
    expect_in_order(CROWD);
    assert_int_equal(choices[0].chosen, 0);
    assert_int_equal(choices[1].chosen, 1);
    for (int i = 0; i < 2; i++)
        chan_drop(choices[i].other);
}

/* When the last who waits has gone on otherwise, the channel goes too. */
TASK_TEST(a_crowd_of_selects_can_go_on_otherwise)
{
    static struct choice crowd[CROWD];
    struct chan *gate = chan_make(int64_t, 0), *other = chan_make(int64_t, 0);
    for (int i = 0; i < CROWD; i++) {
        crowd[i] = (struct choice){gate, other, -1};
        go(choose, &crowd[i]);
    }
    settle();
    chan_close(gate);
    chan_drop(gate);
    int otherwise = 0, chosen = 0;
    while (chan_try_send(other, &(int64_t){1}))
        otherwise++;
    assert_in_range(otherwise, 1, CROWD - 1);
    settle();
    assert_int_equal(task_count(), 1);
    for (int i = 0; i < CROWD; i++)
        chosen += crowd[i].chosen == 1;
    assert_int_equal(chosen, otherwise);
    chan_drop(other);
}

static void close_in_the_loop(void *gate)
{
    assert_int_equal(task_id(), 0);
    chan_close(gate);
}

TASK_TEST(the_loop_can_close_too)
{
    static struct waiter crowd[CROWD];
    struct chan *gate = chan_make(int64_t, 0);
    park_crowd(crowd, gate, CROWD, 0);
    struct timer *timer = timer_func(SECOND, close_in_the_loop, gate);
    task_sleep(2 * SECOND);
    expect_in_order(CROWD);
    timer_drop(timer);
    chan_drop(gate);
}

static struct waiter left_behind[CROWD];

static void close_and_end(void *gate)
{
    park_crowd(left_behind, gate, CROWD, 0);
    chan_close(gate);
}

static void let_them(void *arg)
{
    (void)arg;
    task_yield();
}

/* The first task ends with the crowd half way: the rest go on when tasks run again. */
static void over_two_runs(void **state)
{
    (void)state;
    struct chan *gate = chan_make(int64_t, 0);
    assert_int_equal(task_run(close_and_end, gate), 0);
    chan_drop(gate);
    assert_true(gone_on.count < CROWD);
    assert_int_equal(task_run(let_them, NULL), 0);
    expect_in_order(CROWD);
    assert_int_equal(task_count(), 0);
    assert_int_equal(task_stats.channels, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_go_on_in_order_and_before_who_is_ready_later),
        cmocka_unit_test(two_crowds_go_on_one_after_the_other),
        cmocka_unit_test(nobody_finds_all_others_parked_meanwhile),
        cmocka_unit_test(who_can_go_on_otherwise_does_so_once),
        cmocka_unit_test(a_crowd_of_selects_can_go_on_otherwise),
        cmocka_unit_test(the_loop_can_close_too),
        cmocka_unit_test(over_two_runs),
    };
    return cmocka_run_group_tests_name("close", tests, NULL, NULL);
}
