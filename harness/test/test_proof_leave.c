/* On the way out of a task that is made to end: deferred calls that park, panic and get stuck; who is told, and who
 * stays. */
#include "test/proof_cases.h"

#include "task/inspect.h"
#include "task/once.h"
#include "task/recover.h"
#include "task/timer.h"

/* --- On the way out ------------------------------------------------------------------------------ */

static struct chan *served_later;

static void receive_late(void *unused)
{
    (void)unused;
    int value;
    note(chan_recv(served_later, &value) ? "served" : "closed");
}

static void leave_slowly(void *c)
{
    defer(say, "out");
    defer(receive_late, NULL);
    defer(chan_drop, c);
    chan_recv(c, NULL);
}

STEP leave_a_slow_one(void)
{
    go(leave_slowly, chan_make(int, 0));
}

TASK_TEST(a_deferred_call_may_park_and_is_live_where_somebody_can_wake_it)
{
    served_later = chan_make(int, 0);
    leave_a_slow_one();
    proof_wipe_stack();
    settle();
    assert_int_equal(end_now(NULL, NULL), 1);
    settle();
    assert_int_equal(task_count(), 2);
    expect_live(1);
    chan_send(served_later, &(int){1});
    settle();
    expect_notes("served out");
    assert_int_equal(task_count(), 1);
    chan_drop(served_later);
    served_later = NULL;
}

/* The next time it is left, and so on outwards. */
TASK_TEST(a_deferred_call_that_parks_for_ever_is_left)
{
    uint64_t before = task_stats.ended;
    for (int stuck = 0; stuck < 3; stuck++) {
        leave_a_slow_one();
        proof_wipe_stack();
        settle();
        assert_int_equal(end_now(NULL, NULL), 1);
        settle();
        assert_int_equal(task_count(), 2);
        expect_notes("");
        proof_wipe_stack();
        assert_int_equal(end_now(NULL, NULL), 1);
        settle();
        expect_notes("out");
        assert_int_equal(task_count(), 1);
    }
    assert_int_equal(task_stats.ended - before, 3);
}

static void wait_in(void *c)
{
    chan_recv(c, NULL);
}

static void recover_around_it(void *c)
{
    struct panic panic;
    defer(chan_drop, c);
    if (task_recover(wait_in, c, &panic))
        note("recovered");
    note("went on");
}

STEP leave_within_a_recovery(void)
{
    go(recover_around_it, chan_make(int, 0));
}

TASK_TEST(nobody_recovers_from_it)
{
    leave_within_a_recovery();
    expect_ended(1);
    expect_notes("");
}

static void wait_for_ever(void *unused)
{
    (void)unused;
    chan_recv(NULL, NULL);
}

static void panic_and_get_stuck(void *unused)
{
    (void)unused;
    defer(say, "outer");
    defer(wait_for_ever, NULL);
    task_panic("trouble");
}

static void recover_from_trouble(void *unused)
{
    (void)unused;
    struct panic panic;
    if (task_recover(panic_and_get_stuck, NULL, &panic))
        note("%s", panic.message);
}

TASK_TEST(a_panic_that_is_stuck_in_a_deferred_call_goes_on_to_who_recovers)
{
    go(recover_from_trouble, NULL);
    proof_wipe_stack();
    settle();
    assert_int_equal(end_now(NULL, NULL), 1);
    settle();
    expect_notes("outer trouble");
    assert_int_equal(task_count(), 1);
}

static void exit_and_get_stuck(void *unused)
{
    (void)unused;
    defer(say, "outer");
    defer(wait_for_ever, NULL);
    task_exit();
}

TASK_TEST(an_exit_that_is_stuck_in_a_deferred_call_goes_on)
{
    go(exit_and_get_stuck, NULL);
    expect_ended(1);
    expect_notes("outer");
}

static void panic_again(void *unused)
{
    (void)unused;
    task_panic("in a deferred call");
}

static void fail_on_the_way_out(void *unused)
{
    (void)unused;
    defer(panic_again, NULL);
    chan_recv(NULL, NULL);
}

static void end_one_that_fails(void *unused)
{
    (void)unused;
    go(fail_on_the_way_out, NULL);
    settle();
    end_now(NULL, NULL);
    settle();
}

static void end_one_whose_panic_is_stuck(void *unused)
{
    (void)unused;
    go(panic_and_get_stuck, NULL);
    settle();
    end_now(NULL, NULL);
    settle();
}

static void a_panic_on_the_way_out_stops_the_program(void **state)
{
    (void)state;
    support_expect_panic(end_one_that_fails, "in a deferred call");
    support_expect_panic(end_one_whose_panic_is_stuck, "trouble");
}

static struct once once;

static void begin_once(void *c)
{
    once_do(&once, wait_in, c);
}

static void do_once(void *c)
{
    defer(chan_drop, c);
    begin_once(c);
}

STEP leave_in_once(void)
{
    go(do_once, chan_make(int, 0));
}

TASK_TEST(what_was_to_be_done_once_counts_as_done)
{
    leave_in_once();
    expect_ended(1);
    once_do(&once, (void (*)(void *))say, (void *)"twice");
    expect_notes("");
    once = (struct once){0};
}

/* --- Who is told, and who stays ------------------------------------------------------------------ */

static void wait_to_send(void *unused)
{
    (void)unused;
    chan_send(NULL, &(int){1});
}

static void tell_task(const struct task_info *t, void *arg)
{
    note("%d:%s:%s", (int)(t->id - *(uint64_t *)arg), t->site->entry,
         t->state == TASK_PARKED ? wait_reason_text(t->reason) : "not parked");
}

TASK_TEST(each_is_told_before_newest_first)
{
    uint64_t first = go(wait_for_ever, NULL);
    go(wait_for_ever, NULL);
    go(wait_to_send, NULL);
    proof_wipe_stack();
    settle();
    assert_int_equal(end_now(tell_task, &first), 3);
    expect_notes("2:wait_to_send:chan send (nil chan) 1:wait_for_ever:chan receive (nil chan) "
                 "0:wait_for_ever:chan receive (nil chan)");
    settle();
    assert_int_equal(task_count(), 1);
}

static void end_from_a_task(void *unused)
{
    (void)unused;
    note("%zu", end_now(NULL, NULL));
}

static void end_from_the_loop(void *unused)
{
    end_from_a_task(unused);
}

static void wait_in_the_main_task(void *unused)
{
    (void)unused;
    go(end_from_a_task, NULL);
    go(wait_for_ever, NULL);
    struct timer *t = timer_func(SECOND, end_from_the_loop, NULL);
    timer_drop(t);
    chan_recv(NULL, NULL);
}

static void the_main_task_is_not_ended(void **state)
{
    (void)state;
    support_expect_stop(wait_in_the_main_task, "all tasks are asleep");
}

#if defined(__x86_64__)
/* Calls fn(arg), in a frame that nobody knows of. */
void call_without_tables(void (*fn)(void *arg), void *arg);
__asm__(".text\n"
        "call_without_tables:\n\t"
        "pushq %rbp\n\t"
        "movq %rsp, %rbp\n\t"
        "movq %rdi, %rax\n\t"
        "movq %rsi, %rdi\n\t"
        "callq *%rax\n\t"
        "popq %rbp\n\t"
        "ret\n");

static void wait_and_defer(void *c)
{
    defer(say, "inner");
    chan_recv(c, NULL);
}

static void wait_below_such_a_frame(void *c)
{
    defer(chan_drop, c);
    call_without_tables(wait_and_defer, c);
}

STEP leave_below_such_a_frame(void)
{
    go(wait_below_such_a_frame, chan_make(int, 0));
}

/* Whole or not at all: nothing that it has deferred is run. It is told once. */
LEAKING_TASK_TEST(one_with_a_frame_without_unwind_tables_stays)
{
    leave_below_such_a_frame();
    go(wait_for_ever, NULL);
    proof_wipe_stack();
    settle();
    assert_int_equal(end_now(NULL, NULL), 2);
    settle();
    expect_notes("");
    assert_int_equal(task_stats.ended, 1);
    assert_int_equal(task_count(), 2);
    assert_int_equal(task_stats.waiting[WAIT_NO_END], 1);
    expect_leaked(1);
    assert_int_equal(end_now(NULL, NULL), 0);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_deferred_call_may_park_and_is_live_where_somebody_can_wake_it),
        cmocka_unit_test(a_deferred_call_that_parks_for_ever_is_left),
        cmocka_unit_test(nobody_recovers_from_it),
        cmocka_unit_test(a_panic_that_is_stuck_in_a_deferred_call_goes_on_to_who_recovers),
        cmocka_unit_test(an_exit_that_is_stuck_in_a_deferred_call_goes_on),
        cmocka_unit_test(a_panic_on_the_way_out_stops_the_program),
        cmocka_unit_test(what_was_to_be_done_once_counts_as_done),
        cmocka_unit_test(each_is_told_before_newest_first),
        cmocka_unit_test(the_main_task_is_not_ended),
#if defined(__x86_64__)
        cmocka_unit_test(one_with_a_frame_without_unwind_tables_stays),
#endif
    };
    return cmocka_run_group_tests_name("on the way out", tests, NULL, NULL);
}
