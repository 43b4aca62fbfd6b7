/* What many parked tasks cost: pages touched, and everything else around them. */
#include "test/support.h"

#include "task/chan.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void wait_for_close(void *c)
{
    chan_recv(c, NULL);
}

/* A line of /proc/self/status or /proc/meminfo, in KiB. */
static long kibibytes(const char *path, const char *name)
{
    char line[256];
    long value = -1;
    FILE *f = fopen(path, "re");
    assert_non_null(f);
    while (value < 0 && fgets(line, sizeof line, f))
        if (!strncmp(line, name, strlen(name)))
            sscanf(line + strlen(name), ": %ld", &value);
    fclose(f);
    assert_true(value >= 0);
    return value;
}

static long cost_now(void)
{
    return kibibytes("/proc/self/status", "VmRSS") + kibibytes("/proc/self/status", "VmPTE");
}

/* Parks that many tasks, and releases them; the bytes that each cost while parked. */
static double park_and_release(long tasks)
{
    struct chan *c = chan_make(int, 0);
    long before = cost_now();
    for (long i = 0; i < tasks; i++)
        if (!go(wait_for_close, c))
            fail_msg("task %ld of %ld: %s", i + 1, tasks, task_error());
    settle();
    assert_int_equal(task_stats.waiting[WAIT_CHAN_RECEIVE], tasks);
    assert_int_equal(task_count(), tasks + 1);
    double each = (double)(cost_now() - before) * 1024 / (double)tasks;
    chan_close(c);
    settle();
    assert_int_equal(task_count(), 1);
    chan_drop(c);
    return each;
}

static void park_hundred_thousand(void *unused)
{
    (void)unused;
    long page = sysconf(_SC_PAGESIZE);
    park_and_release(1000);
    double each = park_and_release(100000);
    /* One page, and at most 160 bytes of page tables, heap and guards. */
    if (each > (double)page + 160)
        fail_msg("a parked task costs %.1f bytes: one page and %.1f", each, each - (double)page);
}

static void a_parked_task_costs_a_page_and_160_bytes(void **state)
{
    (void)state;
    if (support_is_instrumented()) {
        support_skip("the checkers' own memory is no part of it");
    }
    support_run_once(park_hundred_thousand);
}

static void park_a_million(void *unused)
{
    (void)unused;
    park_and_release(1000000);
}

static void a_million_tasks_park_and_go_on(void **state)
{
    (void)state;
    if (support_is_instrumented()) {
        support_skip("a million stacks under sanitizers or valgrind are too many");
    }
    if (kibibytes("/proc/meminfo", "MemAvailable") < 6L * 1024 * 1024) {
        support_skip("needs 6 GiB of memory");
    }
    support_run_once(park_a_million);
}

TASK_TEST(ten_thousand_tasks_park_and_go_on)
{
    park_and_release(10000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_parked_task_costs_a_page_and_160_bytes),
        cmocka_unit_test(a_million_tasks_park_and_go_on),
        cmocka_unit_test(ten_thousand_tasks_park_and_go_on),
    };
    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
