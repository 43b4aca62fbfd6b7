/* Semaphores: how many are held, who comes next, contexts that end meanwhile. */
#include "test/support.h"

#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/semaphore.h"

TASK_TEST(what_is_free_is_taken_at_once_and_no_more)
{
    struct semaphore s = {.size = 3};
    assert_int_equal(semaphore_acquire(ctx_background(), &s, 2), CTX_OK);
    assert_false(semaphore_try_acquire(&s, 2));
    assert_true(semaphore_try_acquire(&s, 1));
    assert_true(semaphore_try_acquire(&s, 0));
    assert_false(semaphore_try_acquire(&s, 1));
    semaphore_release(&s, 3);
    assert_true(semaphore_try_acquire(&s, 3));
    semaphore_release(&s, 2);
    semaphore_release_one(&s);
    assert_int_equal(s.held, 0);
}

struct user {
    struct semaphore *s;
    struct ctx *ctx;
    int64_t n;
    const char *name;
};

static void use(void *arg)
{
    struct user *u = arg;
    enum ctx_error ended = semaphore_acquire(u->ctx, u->s, u->n);
    if (ended)
        note("%s-%s", u->name, ended == CTX_CANCELED ? "cancelled" : "late");
    else
        note("%s", u->name);
}

TASK_TEST(first_come_first_served_whatever_they_want)
{
    struct semaphore s = {.size = 4};
    struct ctx *bg = ctx_background();
    struct user users[] = {{&s, bg, 3, "three"}, {&s, bg, 1, "one"}, {&s, bg, 2, "two"}};
    assert_true(semaphore_try_acquire(&s, 4));
    for (int i = 0; i < 3; i++)
        go(use, &users[i]);
    settle();
    assert_int_equal(task_stats.waiting[WAIT_SEMAPHORE], 3);
    semaphore_release(&s, 2);
    settle();
    expect_notes(""); /* enough for those behind, but the first is not starved */
    assert_false(semaphore_try_acquire(&s, 1));
    semaphore_release(&s, 1);
    settle();
    expect_notes("three");
    semaphore_release(&s, 1);
    settle();
    expect_notes("one");
    semaphore_release(&s, 4);
    settle();
    expect_notes("two");
    assert_int_equal(s.held, 2);
}

enum { TASKS = 100, AT_ONCE = 7 };

struct crowd {
    struct semaphore slots;
    int inside, most;
};

static void enter(void *arg)
{
    struct crowd *crowd = arg;
    semaphore_acquire(ctx_background(), &crowd->slots, 1);
    defer(semaphore_release_one, &crowd->slots);
    if (++crowd->inside > crowd->most)
        crowd->most = crowd->inside;
    task_sleep(1 + (int64_t)task_id() % 13);
    crowd->inside--;
}

TASK_TEST(never_more_are_inside_than_there_is_room_for)
{
    struct crowd crowd = {.slots = {.size = AT_ONCE}};
    for (int i = 0; i < TASKS; i++)
        go(enter, &crowd);
    task_sleep(SECOND);
    assert_int_equal(crowd.most, AT_ONCE);
    assert_int_equal(crowd.slots.held, 0);
    assert_int_equal(crowd.inside, 0);
}

/* --- Contexts ------------------------------------------------------------------------------------ */

TASK_TEST(an_ended_context_takes_nothing_though_all_is_free)
{
    struct semaphore s = {.size = 1};
    struct ctx *c = ctx_with_cancel(ctx_background());
    defer(ctx_drop, c);
    ctx_cancel(c);
    assert_int_equal(semaphore_acquire(c, &s, 1), CTX_CANCELED);
    assert_int_equal(s.held, 0);
}

TASK_TEST(a_deadline_ends_the_wait_and_takes_nothing)
{
    struct semaphore s = {.size = 1, .held = 1};
    int64_t start = clock_now();
    struct ctx *c = ctx_with_timeout(ctx_background(), SECOND);
    defer(ctx_drop, c);
    assert_int_equal(semaphore_acquire(c, &s, 1), CTX_DEADLINE_EXCEEDED);
    assert_int_equal(clock_now(), start + SECOND);
    semaphore_release(&s, 1);
    assert_int_equal(s.held, 0);
}

TASK_TEST(who_gives_up_in_front_lets_those_behind_go_on)
{
    struct semaphore s = {.size = 4, .held = 3};
    struct ctx *c = ctx_with_cancel(ctx_background());
    defer(ctx_drop, c);
    struct user first = {&s, c, 2, "first"}, second = {&s, ctx_background(), 1, "second"};
    go(use, &first);
    go(use, &second);
    settle();
    expect_notes("");
    ctx_cancel(c);
    settle();
    expect_notes("first-cancelled second");
    assert_int_equal(s.held, 4);
}

TASK_TEST(who_gives_up_in_the_middle_or_last_is_out_of_the_queue)
{
    struct semaphore s = {.size = 1, .held = 1};
    struct ctx *c = ctx_with_cancel(ctx_background()), *bg = ctx_background();
    defer(ctx_drop, c);
    struct user users[] = {{&s, bg, 1, "a"}, {&s, c, 1, "b"}, {&s, bg, 1, "c"}, {&s, c, 1, "d"}};
    for (int i = 0; i < 4; i++)
        go(use, &users[i]);
    settle();
    ctx_cancel(c);
    settle();
    expect_notes("b-cancelled d-cancelled");
    semaphore_release(&s, 1);
    semaphore_release(&s, 1);
    settle();
    expect_notes("a c");
}

TASK_TEST(what_was_granted_after_the_end_is_given_back)
{
    struct semaphore s = {.size = 1, .held = 1};
    struct ctx *c = ctx_with_cancel(ctx_background());
    defer(ctx_drop, c);
    struct user first = {&s, c, 1, "first"}, second = {&s, ctx_background(), 1, "second"};
    go(use, &first);
    go(use, &second);
    settle();
    semaphore_release(&s, 1); /* the first is ready now, with what it wanted */
    ctx_cancel(c);
    settle();
    expect_notes("first-cancelled second");
    assert_int_equal(s.held, 1);
}

TASK_TEST(more_than_there_is_waits_for_the_context_and_for_nobody_else)
{
    struct semaphore s = {.size = 2};
    struct ctx *c = ctx_with_cancel(ctx_background());
    defer(ctx_drop, c);
    struct user glutton = {&s, c, 3, "glutton"};
    go(use, &glutton);
    settle();
    assert_true(semaphore_try_acquire(&s, 2)); /* it keeps nobody waiting */
    semaphore_release(&s, 2);
    settle();
    expect_notes("");
    ctx_cancel(c);
    settle();
    expect_notes("glutton-cancelled");
    assert_int_equal(s.held, 0);
}

TASK_TEST(many_give_up_and_many_are_served_at_random)
{
    enum { USERS = 300 };
    static struct user users[USERS];
    struct ctx *contexts[USERS];
    struct semaphore s = {.size = 10, .held = 10};
    uint64_t seed = 5;
    for (int i = 0; i < USERS; i++) {
        contexts[i] = ctx_with_timeout(ctx_background(), 1 + support_random(&seed) % 1000);
        users[i] = (struct user){&s, contexts[i], 1 + support_random(&seed) % 5, "x"};
        go(use, &users[i]);
    }
    settle();
    for (int turn = 0; turn < 500; turn++) {
        if (s.held)
            semaphore_release(&s, 1);
        task_sleep(2);
        assert_in_range(s.held, 0, 10);
    }
    settle();
    assert_null(s.first);
    assert_int_equal(task_stats.waiting[WAIT_SEMAPHORE], 0);
    for (int i = 0; i < USERS; i++)
        ctx_drop(contexts[i]);
}

/* --- Errors of use ------------------------------------------------------------------------------- */

static void release_too_much(void *unused)
{
    (void)unused;
    struct semaphore s = {.size = 2, .held = 1};
    semaphore_release(&s, 2);
}

static void acquire_less_than_nothing(void *unused)
{
    (void)unused;
    semaphore_acquire(ctx_background(), &(struct semaphore){.size = 2}, -1);
}

static void a_wrong_count_panics(void **state)
{
    (void)state;
    support_expect_panic(release_too_much, "semaphore: released more than held");
    support_expect_panic(acquire_less_than_nothing, "semaphore: negative count");
}

static void wait_for_ever(void *unused)
{
    (void)unused;
    semaphore_acquire(ctx_background(), &(struct semaphore){.size = 1, .held = 1}, 1);
}

static void who_waits_for_ever_is_deadlocked(void **state)
{
    (void)state;
    support_expect_stop(wait_for_ever, "fatal error: all tasks are asleep - deadlock!\n");
    support_expect_stop(wait_for_ever, "task 1 [semacquire]: ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_free_is_taken_at_once_and_no_more),
        cmocka_unit_test(first_come_first_served_whatever_they_want),
        cmocka_unit_test(never_more_are_inside_than_there_is_room_for),
        cmocka_unit_test(an_ended_context_takes_nothing_though_all_is_free),
        cmocka_unit_test(a_deadline_ends_the_wait_and_takes_nothing),
        cmocka_unit_test(who_gives_up_in_front_lets_those_behind_go_on),
        cmocka_unit_test(who_gives_up_in_the_middle_or_last_is_out_of_the_queue),
        cmocka_unit_test(what_was_granted_after_the_end_is_given_back),
        cmocka_unit_test(more_than_there_is_waits_for_the_context_and_for_nobody_else),
        cmocka_unit_test(many_give_up_and_many_are_served_at_random),
        cmocka_unit_test(a_wrong_count_panics),
        cmocka_unit_test(who_waits_for_ever_is_deadlocked),
    };
    return cmocka_run_group_tests_name("semaphores", tests, NULL, NULL);
}
