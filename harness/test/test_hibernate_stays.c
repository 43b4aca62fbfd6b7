/* Hibernation: who stays, because somebody else knows its stack: I/O in flight, handles of the loop, the kernel; and how
 * much of a stack is given back. */
#include "test/crowd.h"

#include "task/io.h"
#include "task/loop.h"
#include <string.h>
#include <uv.h>

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_waits_for_io_stays),
        cmocka_unit_test(while_the_loop_has_a_request_in_flight_all_stay),
        cmocka_unit_test(who_has_a_handle_of_the_loop_or_is_pointed_to_by_one_stays),
        cmocka_unit_test(the_runtime_s_own_io_into_a_hibernated_stack_wakes_it),
        cmocka_unit_test(memory_for_the_kernel_is_touched_before),
        cmocka_unit_test(two_pages_are_given_back_and_three_are_not),
        cmocka_unit_test(what_was_used_below_is_given_back_too),
    };
    return cmocka_run_group_tests_name("hibernate", tests, NULL, NULL);
}
