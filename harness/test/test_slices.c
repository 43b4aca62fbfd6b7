/* Work in slices: one in a turn of the loop, and tasks have their time between two. */
#include "test/support.h"

#include "task/loop.h"
#include "task/slices.h"
#include "task/time.h"

static struct {
    struct slices slices;
    uv_check_t check;
    int turns, done, last; /* last: the turn of the last slice */
    bool twice;            /* in one turn */
} work;

static void on_turn(uv_check_t *check)
{
    (void)check;
    work.turns++;
}

static bool slice(void)
{
    work.twice |= work.done && work.last == work.turns;
    work.last = work.turns;
    return ++work.done < 5;
}

static void begin_work(void)
{
    work.done = 0; /* each case runs more than once */
    if (!work.check.loop)
        uv_check_init(task_loop(),
                      &work.check); /* by it the loop has turns while tasks are ready */
    uv_check_start(&work.check, on_turn);
    task_slices_start(&work.slices, slice);
}

static void end_work(void)
{
    uv_check_stop(&work.check);
    assert_int_equal(work.done, 5);
    assert_false(work.twice);
    assert_false(task_slices_go_on(&work.slices));
}

TASK_TEST(there_is_one_in_a_turn)
{
    clock_set_virtual(false);
    begin_work();
    while (task_slices_go_on(&work.slices))
        task_sleep(MILLISECOND);
    end_work();
}

TASK_TEST(who_is_ready_runs_between_two)
{
    clock_set_virtual(false);
    begin_work();
    uint64_t yields = 0;
    for (int seen = 0; task_slices_go_on(&work.slices); yields++) {
        assert_true(work.done - seen <= 1);
        seen = work.done;
        task_yield();
    }
    assert_true(yields > 5);
    end_work();
}

TASK_TEST(what_is_stopped_goes_on_no_more)
{
    begin_work();
    task_slices_stop(&work.slices);
    assert_false(task_slices_go_on(&work.slices));
    uv_run(task_loop(), UV_RUN_NOWAIT);
    assert_int_equal(work.done, 0);
    work.done = 5;
    end_work();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_is_one_in_a_turn),
        cmocka_unit_test(who_is_ready_runs_between_two),
        cmocka_unit_test(what_is_stopped_goes_on_no_more),
    };
    return cmocka_run_group_tests_name("slices", tests, NULL, NULL);
}
