/* Whatever fails while tasks are put to sleep, memory or the kernel: those that it hits stay as they were, and nothing
 * is lost. The linker puts the functions here in the place of the C library's (Makefile). */
#include "test/support.h"

#include "task/chan.h"
#include "task/hibernate.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { CROWD = 150, LONGS = 16 };

static long memory_left = -1, kernel_left = -1; /* so many more calls succeed; -1: all do */
static bool without_batches;

static bool fails(long *left)
{
    if (*left > 0)
        --*left;
    return *left == 0;
}

#define REPLACED(type, name, parameters, failed, ...)                                              \
    type __real_##name parameters;                                                                 \
    type __wrap_##name parameters;                                                                 \
    type __wrap_##name parameters                                                                  \
    {                                                                                              \
        if (!(failed))                                                                             \
            return __real_##name(__VA_ARGS__);                                                     \
        errno = ENOMEM;                                                                            \
        return (type)((intptr_t)(memory_left == 0) - 1);                                           \
    }

/* NULL where memory fails, -1 where the kernel does: never both in one test. */
REPLACED(void *, malloc, (size_t size), fails(&memory_left), size)
REPLACED(void *, calloc, (size_t count, size_t size), fails(&memory_left), count, size)
REPLACED(void *, realloc, (void *old, size_t size), fails(&memory_left), old, size)
REPLACED(int, madvise, (void *at, size_t size, int advice),
         advice == 102 /* MADV_GUARD_INSTALL */ && fails(&kernel_left), at, size, advice)
REPLACED(int, mprotect, (void *at, size_t size, int protection),
         protection == PROT_NONE && fails(&kernel_left), at, size, protection)
REPLACED(long, syscall, (long number, long a, long b, long c, long d, long e, long f),
         without_batches, number, a, b, c, d, e, f)

static struct chan *gate;
static long sum;

static void wait_at_gate(void *arg)
{
    long mine[LONGS];
    for (int i = 0; i < LONGS; i++)
        mine[i] = (long)(intptr_t)arg * i;
    chan_recv(gate, NULL);
    bool same = true;
    for (int i = 0; i < LONGS; i++)
        same &= mine[i] == (long)(intptr_t)arg * i;
    sum += same;
}

/* Puts a crowd to sleep, of whatever succeeds, twice, and wakes it. Returns how many hibernated at first. */
static size_t hibernate_and_wake(long memory, long kernel)
{
    gate = chan_make(long, 0);
    sum = 0;
    for (intptr_t i = 0; i < CROWD; i++)
        go(wait_at_gate, (void *)i);
    settle();
    memory_left = memory;
    kernel_left = kernel;
    without_batches = kernel >= 0;
    size_t n = task_hibernate();
    memory_left = kernel_left = -1;
    without_batches = false;
    assert_int_equal(task_stats.hibernated, n);
    size_t more = task_hibernate();
    assert_in_range(n + more, CROWD - 5, CROWD); /* who was left out can hibernate now */
    chan_close(gate);
    settle();
    chan_drop(gate);
    assert_int_equal(sum, CROWD);
    assert_int_equal(task_stats.hibernated, 0);
    assert_int_equal(task_stats.hibernations, task_stats.awakenings);
    task_hibernate();
    return n;
}

static void need_hibernation(void)
{
    assert_int_equal(task_hibernate_after(SECOND), 0);
    task_hibernate_after(0);
    hibernate_and_wake(-1, -1);
}

TASK_TEST(without_memory_some_stay_awake)
{
    need_hibernation();
    size_t fewer = 0;
    for (long left = 1; left < CROWD + 5; left += left < 10 ? 1 : 20)
        fewer += hibernate_and_wake(left, -1) < CROWD - 5;
    assert_true(fewer > 5);
}

TASK_TEST(where_the_kernel_hides_no_page_some_stay_awake)
{
    need_hibernation();
    size_t fewer = 0;
    for (long left = 1; left < CROWD + 5; left += left < 10 ? 1 : 20)
        fewer += hibernate_and_wake(-1, left) < CROWD - 5;
    assert_true(fewer > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_memory_some_stay_awake),
        cmocka_unit_test(where_the_kernel_hides_no_page_some_stay_awake),
    };
    return cmocka_run_group_tests_name("hibernate_no_memory", tests, NULL, NULL);
}
