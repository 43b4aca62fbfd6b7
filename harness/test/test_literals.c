/* The macros take any expression, a compound literal with commas too, and such a literal lives as long
 * as the block that it is written in. AddressSanitizer's use-after-scope holds the second. */
#include "test/support.h"

#include "task/chan.h"
#include "task/defer.h"
#include "task/wait_group.h"

struct job {
    int number, of;
    struct wait_group *group;
};

struct point {
    int x, y;
};

static void work(void *arg)
{
    struct job *job = arg;
    note("%d/%d", job->number, job->of);
    wait_group_done(job->group);
}

TASK_TEST(a_literal_given_to_go_lives_as_long_as_its_block)
{
    struct wait_group group = {0};
    wait_group_add(&group, 2);
    go(work, &(struct job){.number = 1, .of = 2, .group = &group});
    go(work, &(struct job){.number = 2, .of = 2, .group = &group});
    wait_group_wait(&group);
    expect_notes("1/2 2/2");
}

static bool choose(bool first)
{
    return first;
}

TASK_TEST(go_takes_an_expression_and_is_one)
{
    struct wait_group group = {0};
    struct job jobs[] = {{1, 1, &group}, {2, 1, &group}};
    wait_group_add(&group, 1);
    bool started = choose(true) && go(work, choose(false) ? &jobs[0] : &jobs[1]) > 0;
    assert_true(started);
    wait_group_wait(&group);
    expect_notes("2/1");
}

TASK_TEST(a_literal_is_sent)
{
    struct chan *c = chan_make(struct point, (size_t[]){1, 3}[1]), *d = chan_make(struct point, 0);
    defer(chan_drop, c);
    defer(chan_drop, d);
    struct point got;
    assert_int_equal(chan_cap(c), 3);
    chan_send(c, &(struct point){1, 2});
    assert_true(chan_try_send(c, &(struct point){3, 4}));
    assert_int_equal(chan_select(on_send(c, &(struct point){5, 6}), on_recv(d, NULL)), 0);
    assert_int_equal(chan_try_select(on_send(d, &(struct point){7, 8})), -1);
    for (int i = 1; i <= 5; i += 2) {
        assert_true(chan_recv(c, &got));
        assert_int_equal(got.x, i);
        assert_int_equal(got.y, i + 1);
    }
}

static void select_literals(void *arg)
{
    struct chan **chans = arg;
    note("chosen=%d", chan_select(on_send(chans[0], &(struct point){1, 2}),
                                  on_send(chans[1], &(struct point){3, 4})));
}

TASK_TEST(a_literal_in_a_parked_select_lives_until_it_is_taken)
{
    struct chan *chans[] = {chan_make(struct point, 0), chan_make(struct point, 0)};
    defer(chan_drop, chans[0]);
    defer(chan_drop, chans[1]);
    go(select_literals, chans);
    settle();
    struct point got = {0, 0};
    assert_true(chan_recv(chans[1], &got));
    assert_int_equal(got.x, 3);
    assert_int_equal(got.y, 4);
    settle();
    expect_notes("chosen=1");
}

static void say(struct point *p)
{
    note("%d,%d", p->x, p->y);
}

TASK_TEST(a_literal_given_to_defer_lives_until_it_is_called)
{
    {
        defer(say, &(struct point){1, 2});
        defer(say, &(struct point){3, 4});
    }
    expect_notes("3,4 1,2");
}

static void keep(void *arg)
{
    const struct point *p = arg;
    note("%d,%d", p->x, p->y);
}

static void run_with_a_literal(void *unused)
{
    (void)unused;
    assert_int_equal(task_run(keep, &(struct point){5, 6}), 0);
    expect_notes("5,6");
}

static void task_run_takes_a_literal(void **state)
{
    (void)state;
    support_run_outside(run_with_a_literal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_literal_given_to_go_lives_as_long_as_its_block),
        cmocka_unit_test(go_takes_an_expression_and_is_one),
        cmocka_unit_test(a_literal_is_sent),
        cmocka_unit_test(a_literal_in_a_parked_select_lives_until_it_is_taken),
        cmocka_unit_test(a_literal_given_to_defer_lives_until_it_is_called),
        cmocka_unit_test(task_run_takes_a_literal),
    };
    return cmocka_run_group_tests_name("literals", tests, NULL, NULL);
}
