/* defer: on every way out of the block, last deferred first, with the arguments of its line. */
#include "test/support.h"

#include "task/chan.h"
#include "task/defer.h"

static void say(const char *word)
{
    note("%s", word);
}

static void say_number(int *number)
{
    note("%d", *number);
}

TASK_TEST(the_last_deferred_runs_first)
{
    {
        defer(say, "first");
        defer(say, "second");
        defer(say, "third");
        note("body");
    }
    expect_notes("body third second first");
}

static int leave_early(int how)
{
    defer(say, "outer");
    if (how == 1)
        return 1;
    for (int turn = 0; turn < 2; turn++) {
        defer(say, "turn");
        if (how == 2)
            break;
        if (how == 3)
            continue;
        if (how == 4)
            goto out;
        if (how == 5)
            return 5;
    }
    note("after");
out:
    return how;
}

TASK_TEST(every_way_out_of_the_block_runs_it)
{
    static const char *const notes[] = {"turn turn after outer", "outer",      "turn after outer",
                                        "turn turn after outer", "turn outer", "turn outer"};
    for (int how = 0; how <= 5; how++) {
        assert_int_equal(leave_early(how), how);
        expect_notes(notes[how]);
    }
}

TASK_TEST(a_block_s_defers_run_at_its_end_and_not_the_function_s)
{
    for (int turn = 0; turn < 3; turn++) {
        defer(say, "turn");
    }
    note("after");
    expect_notes("turn turn turn after");
}

TASK_TEST(arguments_are_taken_at_the_line)
{
    int one = 1, two = 2;
    {
        int *volatile number = &one;
        defer(say_number, number);
        number = &two;
        one = 10; /* the pointer was taken, not what it points to */
    }
    expect_notes("10");
}

static void park_with_a_defer(void *arg)
{
    defer(say, "released");
    chan_recv(arg, NULL);
}

TASK_TEST(a_task_that_goes_on_runs_its_defers)
{
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    go(park_with_a_defer, c);
    settle();
    expect_notes("");
    chan_close(c);
    settle();
    expect_notes("released");
}

LEAKING_TASK_TEST(a_task_parked_for_ever_never_runs_its_defers)
{
    struct chan *c = chan_make(int, 0);
    go(park_with_a_defer, c);
    task_sleep(24 * HOUR);
    expect_notes("");
    assert_int_equal(task_stats.waiting[WAIT_CHAN_RECEIVE], 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_deferred_runs_first),
        cmocka_unit_test(every_way_out_of_the_block_runs_it),
        cmocka_unit_test(a_block_s_defers_run_at_its_end_and_not_the_function_s),
        cmocka_unit_test(arguments_are_taken_at_the_line),
        cmocka_unit_test(a_task_that_goes_on_runs_its_defers),
        cmocka_unit_test(a_task_parked_for_ever_never_runs_its_defers),
    };
    return cmocka_run_group_tests_name("defer", tests, NULL, NULL);
}
