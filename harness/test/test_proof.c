/* Proof: who can never be woken is found, and nobody else. Each kind of leak stands beside the same thing as no
 * leak. */
#include "test/proof_cases.h"

#include "proof/look.h"
#include "proof/proof.h"
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/mutex.h"
#include "task/timer.h"
#include "task/wait_group.h"
#include <stdlib.h>

/* By what a program calls. */
static void expect_told(size_t leaked)
{
    struct task_leaks leaks = {0}; /* what is left over there would be this task's */
    settle();
    proof_wipe_stack();
    if (!task_leaks(&leaks))
        fail_msg("refused: %s", leaks.refused);
    assert_int_equal(leaks.tasks, task_count());
    assert_int_equal(leaks.leaked, leaked);
}

STEP leave_receivers(int n)
{
    for (int i = 0; i < n; i++)
        go(receive, chan_make(int, 0));
}

LEAKING_TASK_TEST(a_receive_from_a_channel_that_nobody_else_has)
{
    leave_receivers(10);
    expect_told(10);
}

/* What has the channel is a block of its own: copies of a local variable may stay in this frame. */
static __attribute__((noinline)) void make_and_wait(struct chan **held)
{
    *held = chan_make(int, 0);
    go(receive, chan_ref(*held));
}

static __attribute__((noinline)) void give_up(struct chan **held)
{
    chan_drop(*held);
    *held = NULL;
}

LEAKING_TASK_TEST(a_receive_from_a_channel_that_the_program_has)
{
    struct chan **held = calloc(1, sizeof(struct chan *));
    make_and_wait(held);
    expect_told(0);
    give_up(held);
    expect_told(1);
    free(held);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_receive_from_a_channel_that_nobody_else_has),
        cmocka_unit_test(a_receive_from_a_channel_that_the_program_has),
    };
    return cmocka_run_group_tests_name("proof", tests, NULL, NULL);
}
