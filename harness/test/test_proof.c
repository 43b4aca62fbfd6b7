/* Proof: who can never be woken is found, and nobody else. Each kind of leak stands beside the same thing as no
 * leak. */
#include "test/support.h"

#include "proof/look.h"
#include "proof/proof.h"
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/mutex.h"
#include "task/timer.h"
#include "task/wait_group.h"
#include <stdlib.h>

static struct task_leaks look(void)
{
    struct task_leaks leaks;
    settle();
    if (!task_leaks(&leaks))
        fail_msg("refused: %s", leaks.refused);
    assert_int_equal(leaks.tasks, task_count());
    return leaks;
}

#define expect_leaked(n) assert_int_equal(look().leaked, (n))

static void receive(void *c)
{
    defer(chan_drop, c);
    chan_recv(c, NULL);
}

LEAKING_TASK_TEST(a_receive_from_a_channel_that_nobody_else_has)
{
    for (int i = 0; i < 10; i++)
        go(receive, chan_make(int, 0));
    expect_leaked(10);
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
    expect_leaked(0);
    give_up(held);
    expect_leaked(1);
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
