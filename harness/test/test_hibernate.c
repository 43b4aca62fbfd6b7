/* Hibernation: who may, what is given back, waking by whatever touches, and what must stay as it was. The random
 * programs are in test_hibernate_random.c. */
#include "test/support.h"

#include "task/chan.h"
#include "task/hibernate.h"
#include "task/inspect.h"
#include "task/io.h"
#include "task/loop.h"
#include "task/mutex.h"
#include "task/wait_group.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

enum { CROWD = 200, ROUNDS_OF_TIME = 8 };

static struct chan *gate;
static long *on_stack[CROWD];
static long sum;

/* Not under Valgrind, where nobody does. */
static void need_hibernation(void)
{
    assert_int_equal(task_hibernate_after(SECOND), 0);
    task_hibernate_after(0);
}

/* What of the crowd can: the first of each slab stays. */
static void expect_most(size_t n)
{
    assert_in_range(n, CROWD - CROWD / 64 - 2, CROWD - 1);
    assert_int_equal(task_stats.hibernated, n);
}

static void wait_at_gate(void *arg)
{
    long mine[32], got;
    for (int i = 0; i < 32; i++)
        mine[i] = (long)(intptr_t)arg * 100 + i;
    on_stack[(intptr_t)arg] = mine;
    chan_recv(gate, &got);
    for (int i = 0; i < 32; i++)
        sum += mine[i] - (long)(intptr_t)arg * 100 - i;
    sum++;
}

static void make_crowd(void)
{
    need_hibernation();
    sum = 0;
    gate = chan_make(long, 0);
    for (intptr_t i = 0; i < CROWD; i++)
        go(wait_at_gate, (void *)i);
    settle();
}

static void end_crowd(void)
{
    chan_close(gate);
    settle();
    chan_drop(gate);
    assert_int_equal(sum, CROWD);
    assert_int_equal(task_stats.hibernated, 0);
    assert_int_equal(task_stats.hibernations, task_stats.awakenings);
    task_hibernate(); /* what is spent is freed */
    assert_int_equal(task_stats.hibernated, 0);
}

static bool is_resident(const void *address)
{
    unsigned char resident = 0;
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    if (mincore((void *)((uintptr_t)address & ~(page - 1)), 1, &resident) == 0)
        return resident & 1;
    assert_int_equal(errno,
                     ENOMEM); /* qemu, which looks for no page that is hidden by mprotect() */
    return false;
}

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

/* --- Who may not ---------------------------------------------------------------------------------- */

static void read_one(void *arg)
{
    char byte = 0;
    assert_int_equal(io_read(ctx_background(), arg, &byte, 1), 1);
    sum += byte;
}

TASK_TEST(who_waits_for_io_stays)
{
    struct io *ends[2];
    need_hibernation();
    sum = 0;
    assert_int_equal(io_pipe(ends), 0);
    uint64_t before = task_stats.hibernated;
    for (int i = 0; i < 4; i++)
        go(read_one, ends[0]);
    settle();
    assert_int_equal(task_hibernate(), 0);
    assert_int_equal(task_stats.hibernated, before);
    assert_int_equal(io_write(ctx_background(), ends[1], "\1\1\1\1", 4), 4);
    while (sum < 4)
        task_sleep(MILLISECOND);
    io_drop(ends[0]);
    io_drop(ends[1]);
}

static void on_done(uv_fs_t *request)
{
    *(bool *)request->data = true;
}

TASK_TEST(while_the_loop_has_a_request_in_flight_all_stay)
{
    bool done = false;
    uv_fs_t request = {.data = &done};
    make_crowd();
    assert_int_equal(uv_fs_stat(task_loop(), &request, "/", on_done), 0);
    assert_int_equal(task_hibernate(), 0);
    assert_non_null(strstr(task_hibernate_error(), "requests in flight"));
    while (!done)
        task_sleep(MILLISECOND);
    uv_fs_req_cleanup(&request);
    expect_most(task_hibernate());
    end_crowd();
}

static uv_timer_t *handle_of;
static bool closed;

static void on_closed(uv_handle_t *handle)
{
    (void)handle;
    closed = true;
}

static void wait_with_handle(void *unused)
{
    (void)unused;
    uv_timer_t mine;
    uv_timer_init(task_loop(), &mine);
    handle_of = &mine;
    chan_recv(gate, NULL);
    uv_close((uv_handle_t *)&mine, on_closed);
    while (!closed)
        task_sleep(MILLISECOND);
}

static void wait_pointed_to(void *arg)
{
    uv_timer_t *timer = arg;
    int mine;
    timer->data = &mine;
    chan_recv(gate, NULL);
    timer->data = NULL;
}

TASK_TEST(who_has_a_handle_of_the_loop_or_is_pointed_to_by_one_stays)
{
    static uv_timer_t outside;
    closed = false;
    make_crowd();
    uv_timer_init(task_loop(), &outside);
    go(wait_with_handle, NULL);
    go(wait_pointed_to, &outside);
    settle();
    expect_most(task_hibernate());
    assert_true(is_resident(handle_of));
    assert_true(is_resident(outside.data));
    end_crowd();
    while (!closed)
        task_sleep(MILLISECOND);
    closed = false;
    uv_close((uv_handle_t *)&outside, on_closed);
    while (!closed)
        task_sleep(MILLISECOND);
}

TASK_TEST(the_runtime_s_own_io_into_a_hibernated_stack_wakes_it)
{
    struct io *ends[2];
    make_crowd();
    assert_int_equal(io_pipe(ends), 0);
    task_hibernate();
    long word = 77 * 100 + 5;
    assert_int_equal(io_write(ctx_background(), ends[1], &word, sizeof word), sizeof word);
    assert_int_equal(io_read(ctx_background(), ends[0], &on_stack[77][5], sizeof word),
                     sizeof word);
    assert_int_equal(on_stack[77][5], word);
    task_hibernate();
    assert_int_equal(io_write(ctx_background(), ends[1], &on_stack[78][5], sizeof word),
                     sizeof word);
    assert_int_equal(io_read(ctx_background(), ends[0], &word, sizeof word), sizeof word);
    assert_int_equal(word, 7805);
    io_drop(ends[0]);
    io_drop(ends[1]);
    end_crowd();
}

TASK_TEST(memory_for_the_kernel_is_touched_before)
{
    make_crowd();
    task_hibernate();
    assert_false(task_hibernate_touch(&sum, sizeof sum));
    assert_false(task_hibernate_touch(on_stack[100], 0));
    assert_true(task_hibernate_touch(on_stack[100], sizeof(long)));
    assert_true(is_resident(on_stack[100]));
    assert_false(task_hibernate_touch(on_stack[100], sizeof(long)));
    end_crowd();
}

static void use_much(void *arg)
{
    volatile char much[12 * 1024];
    memset((void *)much, 7, sizeof much);
    chan_recv(arg, NULL);
    for (size_t i = 0; i < sizeof much; i++)
        assert_int_equal(much[i], 7);
}

static void use_two_pages(void *arg)
{
    volatile char much[5000];
    memset((void *)much, 9, sizeof much);
    chan_recv(arg, NULL);
    for (size_t i = 0; i < sizeof much; i++)
        sum += much[i] == 9;
}

TASK_TEST(two_pages_are_given_back_and_three_are_not)
{
    need_hibernation();
    gate = chan_make(struct {}, 0);
    sum = 0;
    for (int i = 0; i < 10; i++) {
        go(use_much, gate);
        go(use_two_pages, gate);
    }
    settle();
    size_t n = task_hibernate();
    if (!support_is_instrumented()) /* frames are larger there, or not on the stack */
        assert_in_range(n, 9, 10);
    chan_close(gate);
    settle();
    assert_int_equal(sum, 10 * 5000);
    chan_drop(gate);
    task_hibernate();
}

static uintptr_t deepest;

static __attribute__((noinline)) void go_deep(void)
{
    volatile char much[20 * 1024];
    for (size_t i = 0; i < sizeof much; i += 512)
        much[i] = 1;
    deepest = (uintptr_t)much;
}

static void wait_after_a_deep_call(void *arg)
{
    go_deep();
    chan_recv(arg, NULL);
}

static void give_back_below(void *unused)
{
    (void)unused;
    need_hibernation();
    gate = chan_make(struct {}, 0);
    for (int i = 0; i < 3; i++)
        go(wait_after_a_deep_call, gate);
    settle();
    assert_true(is_resident((void *)(deepest + 4096)));
    assert_true(task_hibernate() > 0);
    assert_false(is_resident((void *)(deepest + 4096)));
    chan_close(gate);
    settle();
    chan_drop(gate);
    task_hibernate();
}

static void what_was_used_below_is_given_back_too(void **state)
{
    (void)state;
    if (support_is_instrumented())
        support_skip("frames may be elsewhere than on the stack");
    support_run_balanced(give_back_below);
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
        cmocka_unit_test(a_stray_pointer_wakes_whom_it_points_to),
        cmocka_unit_test(the_same_touch_twice_restores_once),
        cmocka_unit_test(the_last_of_a_queue_wakes_when_somebody_queues_behind_it),
        cmocka_unit_test(who_has_been_parked_for_long_hibernates),
        cmocka_unit_test(who_sleeps_hibernates_and_is_on_time),
        cmocka_unit_test(who_waits_for_io_stays),
        cmocka_unit_test(while_the_loop_has_a_request_in_flight_all_stay),
        cmocka_unit_test(who_has_a_handle_of_the_loop_or_is_pointed_to_by_one_stays),
        cmocka_unit_test(the_runtime_s_own_io_into_a_hibernated_stack_wakes_it),
        cmocka_unit_test(memory_for_the_kernel_is_touched_before),
        cmocka_unit_test(two_pages_are_given_back_and_three_are_not),
        cmocka_unit_test(what_was_used_below_is_given_back_too),
        cmocka_unit_test(who_is_looked_at_hibernates_on),
        cmocka_unit_test(who_is_written_to_while_looked_at_wakes),
        cmocka_unit_test(a_fault_that_is_none_of_ours_goes_on_to_who_had_it),
        cmocka_unit_test(a_fault_that_nobody_had_ends_the_program),
        cmocka_unit_test(while_somebody_else_has_the_signal_nobody_hibernates),
    };
    return cmocka_run_group_tests_name("hibernate", tests, NULL, NULL);
}
