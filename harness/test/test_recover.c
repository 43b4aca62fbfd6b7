/* Panics leave a task by its deferred calls: in which order, who recovers, what is told. */
#include "test/support.h"

#include "task/chan.h"
#include "task/defer.h"
#include "task/mutex.h"
#include "task/recover.h"
#include "task/wait_group.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void say(const char *word)
{
    note("%s", word);
}

static void panic_with(const char *word)
{
    defer(say, word);
    task_panic("%s", word);
}

static void call_others(void *arg)
{
    defer(say, "outer");
    for (int turn = 0; turn < 3; turn++) {
        defer(say, turn ? "second" : "first");
        if (turn == 1) {
            defer(say, "block");
            panic_with(arg);
        }
    }
    note("never");
}

/* Whether it panicked, and that with these words. */
static bool panics_with(void (*fn)(void *), void *arg, const char *message)
{
    struct panic panic;
    if (!task_recover(fn, arg, &panic))
        return false;
    assert_string_equal(panic.message, message);
    return true;
}

TASK_TEST(deferred_calls_run_inside_out_and_then_who_recovers_goes_on)
{
    assert_true(panics_with(call_others, "trouble", "trouble"));
    expect_notes("first trouble block second outer");
    assert_true(panics_with(call_others, "again", "again"));
    expect_notes("first again block second outer");
}

static void return_early(void *word)
{
    defer(say, word);
}

TASK_TEST(without_a_panic_it_is_a_call)
{
    struct panic panic = {.message = "as was"};
    assert_false(task_recover(return_early, "word", &panic));
    assert_string_equal(panic.message, "as was");
    expect_notes("word");
    assert_true(task_recover(call_others, "unasked", NULL));
    expect_notes("first unasked block second outer");
}

/* --- One within another ------------------------------------------------------------------------ */

static void recover_inside(void *arg)
{
    defer(say, "middle");
    assert_true(panics_with(call_others, "inner", "inner"));
    note("goes on");
    if (arg)
        panic_with(arg);
}

TASK_TEST(the_nearest_recovers)
{
    assert_false(panics_with(recover_inside, NULL, ""));
    expect_notes("first inner block second outer goes on middle");
    assert_true(panics_with(recover_inside, "later", "later"));
    expect_notes("first inner block second outer goes on later middle");
}

static void panic_again(const char *message)
{
    defer(say, "deferred");
    task_panic("%s", message);
}

static void panic_while_panicking(void *arg)
{
    defer(say, "outermost");
    defer(panic_again, "second");
    defer(say, "inner");
    task_panic("%s", (const char *)arg);
}

TASK_TEST(of_two_panics_the_later_counts_and_the_rest_is_still_run)
{
    assert_true(panics_with(panic_while_panicking, "first", "second"));
    expect_notes("inner deferred outermost");
}

static void recover_in_a_deferred_call(const char *message)
{
    assert_true(panics_with(call_others, (void *)message, message));
}

static void clean_up_with_trouble(void *arg)
{
    defer(say, "last");
    defer(recover_in_a_deferred_call, "cleaning");
    task_panic("%s", (const char *)arg);
}

TASK_TEST(what_a_deferred_call_recovers_from_does_not_stop_the_panic)
{
    assert_true(panics_with(clean_up_with_trouble, "trouble", "trouble"));
    expect_notes("first cleaning block second outer last");
}

static void panic_at_return(void)
{
    defer(say, "still");
    defer(panic_again, "second");
}

static void clean_up(const char *word)
{
    defer(say, word);
    panic_at_return();
    note("never");
}

static void clean_up_with_a_panic(void *arg)
{
    defer(say, "outermost");
    defer(clean_up, "cleanup");
    task_panic("%s", (const char *)arg);
}

TASK_TEST(what_a_deferred_call_has_called_is_left_too)
{
    assert_true(panics_with(clean_up_with_a_panic, "first", "second"));
    expect_notes("deferred still cleanup outermost");
}

static void panic_in_turn(void *depth)
{
    int left = *(int *)depth;
    if (left == 0) {
        chan_close(NULL);
        return;
    }
    defer(say, left % 2 ? "odd" : "even");
    panic_in_turn(&(int){left - 1});
    note("never");
}

TASK_TEST(a_deep_stack_is_left_whole)
{
    int depth = 6;
    assert_true(panics_with(panic_in_turn, &depth, "close of nil channel"));
    expect_notes("odd even odd even odd even");
}

/* What a deferred call is given is what it was at its line, wherever the compiler kept it. */
struct numbers {
    int a, b, c, d, e, f;
};

static void expect_in_order(const struct numbers *n)
{
    note("%d %d %d %d %d %d", n->a, n->b, n->c, n->d, n->e, n->f);
}

static __attribute__((noinline)) int half(int n)
{
    return n / 2;
}

static void keep_in_registers(void *arg)
{
    int a = half(2), b = half(a * 4), c = half(b * 3), d = half(c + 5), e = half(d + 6);
    struct numbers n = {a, b, c, d, e, half(e * 2 + 2)};
    defer(expect_in_order, &n);
    panic_with(arg);
    note("%d %d %d %d %d", a, b, c, d, e);
}

TASK_TEST(frames_are_as_they_were)
{
    assert_true(panics_with(keep_in_registers, "x", "x"));
    expect_notes("x 1 2 3 4 5 6");
}

/* --- Other tasks ---------------------------------------------------------------------------------- */

struct shop {
    struct mutex door;
    struct wait_group group;
    struct chan *open;
};

static void fall_in_the_shop(void *arg)
{
    struct shop *shop = arg;
    defer(wait_group_done, &shop->group);
    mutex_lock(&shop->door);
    defer(mutex_unlock, &shop->door);
    chan_recv(shop->open, NULL);
    task_panic("slipped");
}

static void wait_for(struct chan *c)
{
    chan_recv(c, NULL);
    note("waited");
}

static void fall_and_wait(void *arg)
{
    struct shop *shop = arg;
    defer(wait_for, shop->open);
    fall_in_the_shop(shop);
}

static void visit(void *arg)
{
    assert_true(panics_with(fall_and_wait, arg, "slipped"));
    note("out");
}

TASK_TEST(locks_are_given_back_and_deferred_calls_may_park)
{
    struct shop shop = {.open = chan_make(int, 0)};
    defer(chan_drop, shop.open);
    wait_group_add(&shop.group, 1);
    go(visit, &shop);
    settle();
    assert_false(mutex_try_lock(&shop.door));
    chan_send(shop.open, &(int){1});
    wait_group_wait(&shop.group);
    assert_true(mutex_try_lock(&shop.door));
    settle();
    expect_notes(""); /* it waits, on its way out */
    chan_send(shop.open, &(int){1});
    settle();
    expect_notes("waited out");
}

/* Two tasks on their way out at once, each to its own. */
static void let_others_run(void *unused)
{
    (void)unused;
    task_sleep(1);
}

static void fall_in_turn(void *word)
{
    defer(say, word);
    defer(let_others_run, NULL);
    task_panic("%s", (const char *)word);
}

static void stumble(void *word)
{
    for (int i = 0; i < 3; i++)
        assert_true(panics_with(fall_in_turn, word, word));
}

TASK_TEST(each_task_has_its_own)
{
    go(stumble, "a");
    go(stumble, "b");
    task_sleep(10);
    expect_notes("a b a b a b");
}

/* --- What the runtime panics with ------------------------------------------------------------------- */

static void send_to_closed(void *c)
{
    defer(say, "deferred");
    chan_send(c, &(int){1});
}

static void close_again(void *c)
{
    chan_close(c);
}

TASK_TEST(the_runtime_s_own_panics_are_recovered_with_their_sites)
{
    struct panic panic;
    struct chan *c = chan_make(int, 1);
    defer(chan_drop, c);
    chan_close(c);
    assert_true(task_recover(send_to_closed, c, &panic));
    expect_notes("deferred");
    assert_string_equal(panic.message, "send on closed channel");
    assert_string_equal(panic.sites[0].what, "sent at");
    assert_non_null(panic.sites[0].pc);
    assert_true(panics_with(close_again, c, "close of closed channel"));
}

static void panic_at_length(void *unused)
{
    (void)unused;
    task_panic("%0600d", 7);
}

TASK_TEST(a_message_is_cut_where_there_is_no_room)
{
    struct panic panic;
    assert_true(task_recover(panic_at_length, NULL, &panic));
    assert_int_equal(strlen(panic.message), PANIC_MESSAGE - 1);
}

TASK_TEST(a_task_may_recover_as_often_as_it_likes)
{
    for (int i = 0; i < 1000; i++)
        assert_true(panics_with(panic_in_turn, &(int){0}, "close of nil channel"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deferred_calls_run_inside_out_and_then_who_recovers_goes_on),
        cmocka_unit_test(without_a_panic_it_is_a_call),
        cmocka_unit_test(the_nearest_recovers),
        cmocka_unit_test(of_two_panics_the_later_counts_and_the_rest_is_still_run),
        cmocka_unit_test(what_a_deferred_call_recovers_from_does_not_stop_the_panic),
        cmocka_unit_test(what_a_deferred_call_has_called_is_left_too),
        cmocka_unit_test(a_deep_stack_is_left_whole),
        cmocka_unit_test(frames_are_as_they_were),
        cmocka_unit_test(locks_are_given_back_and_deferred_calls_may_park),
        cmocka_unit_test(each_task_has_its_own),
        cmocka_unit_test(the_runtime_s_own_panics_are_recovered_with_their_sites),
        cmocka_unit_test(a_message_is_cut_where_there_is_no_room),
        cmocka_unit_test(a_task_may_recover_as_often_as_it_likes),
    };
    return cmocka_run_group_tests_name("recover", tests, NULL, NULL);
}
