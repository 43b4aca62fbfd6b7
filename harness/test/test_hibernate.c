/* Hibernation: who may, what is given back, waking by whatever touches, and what must stay as it was. Who
 * stays is in test_hibernate_stays.c, and random programs in test_hibernate_random.c. */
#include "test/crowd.h"

#include "task/inspect.h"
#include "task/io.h"
#include "task/loop.h"
#include "task/mutex.h"
#include "task/wait_group.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

enum { ROUNDS_OF_TIME = 8 };

TASK_TEST(pages_are_given_back_and_who_is_woken_finds_its_own)
{
    make_crowd();
    uint64_t used = task_stats.stacks_used;
    size_t n = task_hibernate();
    expect_most(n);
    assert_int_equal(task_stats.stacks_used, used - n);
    size_t resident = 0;
    for (int i = 0; i < CROWD; i++)
        resident += is_resident(on_stack[i]);
    assert_int_equal(resident, CROWD - n);
    assert_int_equal(task_hibernate(), 0); /* once is enough */
    end_crowd();
}

TASK_TEST(a_stray_pointer_wakes_whom_it_points_to)
{
    make_crowd();
    size_t n = task_hibernate();
    uint64_t before = task_stats.awakenings;
    assert_int_equal(on_stack[CROWD / 2][7], CROWD / 2 * 100 + 7);
    assert_int_equal(task_stats.awakenings, before + 1);
    assert_true(is_resident(on_stack[CROWD / 2]));
    on_stack[CROWD / 2][7] += 1000; /* what is written stays */
    assert_int_equal(task_hibernate(), 1);
    assert_int_equal(on_stack[CROWD / 2][7], CROWD / 2 * 100 + 1007);
    on_stack[CROWD / 2][7] -= 1000;
    assert_int_equal(task_stats.hibernated, n - 1);
    end_crowd();
}

static int compare_places(const void *a, const void *b)
{
    long *const *x = a, *const *y = b;
    return (*x > *y) - (*x < *y);
}

/* Touched in the order of their addresses, upwards or downwards: who comes next is awake before. */
TASK_TEST(who_sleeps_beside_is_woken_ahead)
{
    enum { TOUCHED = 4 };
    long *places[CROWD];
    make_crowd();
    memcpy(places, on_stack, sizeof places);
    qsort(places, CROWD, sizeof *places, compare_places);
    for (int downwards = 0; downwards < 2; downwards++) {
        size_t n = task_hibernate();
        assert_in_range(n, 2 * TOUCHED, CROWD);
        uint64_t before = task_stats.awakenings;
        size_t touched = 0;
        for (int i = 0; touched < TOUCHED; i++) {
            volatile long *place = places[downwards ? CROWD - 1 - i : i];
            touched += !is_resident((void *)place);
            (void)*place;
        }
        assert_true(task_stats.awakenings - before > TOUCHED);
    }
    end_crowd();
}

TASK_TEST(the_same_touch_twice_restores_once)
{
    make_crowd();
    task_hibernate();
    uint64_t before = task_stats.awakenings;
    for (int round = 0; round < 3; round++)
        for (int i = 0; i < CROWD; i++)
            assert_int_equal(on_stack[i][31], i * 100 + 31);
    assert_int_equal(task_stats.awakenings - before, task_stats.hibernations - before);
    assert_int_equal(task_stats.hibernated, 0);
    end_crowd();
}

TASK_TEST(the_last_of_a_queue_wakes_when_somebody_queues_behind_it)
{
    make_crowd();
    size_t n = task_hibernate();
    go(wait_at_gate, (void *)(intptr_t)0);
    settle();
    assert_in_range(task_stats.hibernated, n - 1, n);
    sum--;
    end_crowd();
}

/* --- By time -------------------------------------------------------------------------------------- */

TASK_TEST(who_has_been_parked_for_long_hibernates)
{
    make_crowd();
    assert_int_equal(task_hibernate_after(10 * SECOND), 0);
    for (int i = 0; i < 9; i++)
        task_sleep(SECOND);
    assert_int_equal(task_stats.hibernated, 0);
    for (int i = 0; i < 5; i++)
        task_sleep(SECOND);
    expect_most(task_stats.hibernated);
    assert_int_equal(task_hibernate_after(0), 0);
    assert_int_equal(on_stack[9][1], 901);
    uint64_t left = task_stats.hibernated;
    task_sleep(HOUR);
    assert_int_equal(task_stats.hibernated, left);
    end_crowd();
}

static void sleep_long(void *arg)
{
    volatile long mine = (long)(intptr_t)arg;
    for (int i = 0; i < ROUNDS_OF_TIME; i++)
        task_sleep(MINUTE + (intptr_t)arg % 7 * SECOND);
    sum += mine == (long)(intptr_t)arg;
}

TASK_TEST(who_sleeps_hibernates_and_is_on_time)
{
    need_hibernation();
    sum = 0;
    int64_t start = clock_now();
    task_hibernate_after(SECOND);
    uint64_t before = task_stats.hibernations;
    for (intptr_t i = 0; i < CROWD; i++)
        go(sleep_long, (void *)i);
    while (task_count() > 1)
        task_sleep(3 * SECOND);
    assert_in_range(clock_now() - start, ROUNDS_OF_TIME * (MINUTE + 6 * SECOND),
                    ROUNDS_OF_TIME * (MINUTE + 6 * SECOND) + 4 * SECOND);
    assert_int_equal(sum, CROWD);
    assert_true(task_stats.hibernations - before > CROWD * ROUNDS_OF_TIME / 2);
    task_hibernate_after(0);
    task_hibernate();
}

/* --- Looking -------------------------------------------------------------------------------------- */

static bool is_waiting(const struct task_info *info, void *arg)
{
    *(int *)arg += info->state == TASK_PARKED && info->reason == WAIT_CHAN_RECEIVE &&
                   info->object == gate && info->entry == wait_at_gate;
    return true;
}

TASK_TEST(who_is_looked_at_hibernates_on)
{
    make_crowd();
    size_t n = task_hibernate();
    uint64_t before = task_stats.awakenings;
    for (int round = 0; round < 2; round++) {
        int seen = 0;
        task_each(is_waiting, &seen);
        assert_int_equal(seen, CROWD);
        assert_int_equal(task_stats.hibernated, n);
        assert_int_equal(task_stats.awakenings, before);
    }
    size_t resident = 0;
    for (int i = 0; i < CROWD; i++)
        resident += is_resident(on_stack[i]);
    assert_int_equal(resident, CROWD - n);
    end_crowd();
}

TASK_TEST(who_is_written_to_while_looked_at_wakes)
{
    make_crowd();
    size_t n = task_hibernate();
    task_look_begin();
    on_stack[50][3] += 5;
    assert_int_equal(on_stack[51][3], 5103);
    task_look_end();
    assert_int_equal(task_stats.hibernated, n - 1);
    assert_int_equal(on_stack[50][3], 5008);
    on_stack[50][3] -= 5;
    end_crowd();
}

/* --- Faults --------------------------------------------------------------------------------------- */

static void fault_elsewhere(void *unused)
{
    (void)unused;
    make_crowd();
    task_hibernate();
    void *nowhere = mmap(0, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    *(volatile int *)nowhere = 1;
}

static void on_segv(int number, siginfo_t *info, void *context)
{
    (void)number, (void)context;
    void *page = (void *)((uintptr_t)info->si_addr & ~(uintptr_t)4095);
    mprotect(page, 4096, PROT_READ | PROT_WRITE);
    sum += 1000000;
}

static void install_own(void)
{
    struct sigaction action = {.sa_sigaction = on_segv, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    sigaction(SIGSEGV, &action, 0);
}

static void run_with_another_handler(void *unused)
{
    (void)unused;
    install_own();
    assert_int_equal(task_run(fault_elsewhere, NULL), 0);
    assert_int_equal(sum, 1000000);
    assert_true(task_stats.hibernated > 0); /* and who hibernates still wakes */
    assert_int_equal(on_stack[3][4], 304);
}

static void a_fault_that_is_none_of_ours_goes_on_to_who_had_it(void **state)
{
    (void)state;
    support_run_outside(run_with_another_handler);
}

static void run_without_a_handler(void *unused)
{
    int status = 0;
    signal(SIGSEGV, SIG_DFL);
    pid_t child = fork();
    if (!child)
        _exit(task_run(fault_elsewhere, unused) + 100);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGSEGV);
}

static void a_fault_that_nobody_had_ends_the_program(void **state)
{
    (void)state;
    support_run_outside(run_without_a_handler);
}

TASK_TEST(while_somebody_else_has_the_signal_nobody_hibernates)
{
    struct sigaction ours;
    make_crowd();
    sigaction(SIGSEGV, 0, &ours);
    install_own();
    assert_int_equal(task_hibernate(), 0);
    assert_non_null(strstr(task_hibernate_error(), "SIGSEGV"));
    sigaction(SIGSEGV, &ours, 0);
    expect_most(task_hibernate());
    end_crowd();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_are_given_back_and_who_is_woken_finds_its_own),
        cmocka_unit_test(who_sleeps_beside_is_woken_ahead),
        cmocka_unit_test(a_stray_pointer_wakes_whom_it_points_to),
        cmocka_unit_test(the_same_touch_twice_restores_once),
        cmocka_unit_test(the_last_of_a_queue_wakes_when_somebody_queues_behind_it),
        cmocka_unit_test(who_has_been_parked_for_long_hibernates),
        cmocka_unit_test(who_sleeps_hibernates_and_is_on_time),
        cmocka_unit_test(who_is_looked_at_hibernates_on),
        cmocka_unit_test(who_is_written_to_while_looked_at_wakes),
        cmocka_unit_test(a_fault_that_is_none_of_ours_goes_on_to_who_had_it),
        cmocka_unit_test(a_fault_that_nobody_had_ends_the_program),
        cmocka_unit_test(while_somebody_else_has_the_signal_nobody_hibernates),
    };
    return cmocka_run_group_tests_name("hibernate", tests, NULL, NULL);
}
