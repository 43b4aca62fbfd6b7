/* No stack for a task: go() says so and names the limit, nothing crashes, and the others go on. And
 * guard pages as they were before the kernel had markers for them. */
#include "test/support.h"

#include "task/advice.h"
#include "task/chan.h"
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

static void skip_where_instrumented(void)
{
    if (support_is_instrumented()) {
        support_skip("the checkers need their own address space and mappings");
    }
}

enum { A_SLAB = 64 }; /* stacks that are mapped at once */

static void wait_for_close(void *c)
{
    chan_recv(c, NULL);
}

static void do_nothing(void *unused)
{
    (void)unused;
}

static size_t address_space(void)
{
    size_t pages = 0;
    FILE *f = fopen("/proc/self/statm", "re");
    assert_non_null(f);
    assert_int_equal(fscanf(f, "%zu", &pages), 1);
    fclose(f);
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

/* 64 stacks, each with its guard: at least 64 KiB, at most 2 MiB each. */
static void expect_kib_refused(void)
{
    size_t kib = 0;
    const char *of = strstr(task_error(), " of ");
    assert_non_null(of);
    assert_int_equal(sscanf(of, " of %zu KiB failed", &kib), 1);
    assert_in_range(kib, 64 * 64, 64 * 2048);
}

static void meet_the_address_space_limit(void *unused)
{
    (void)unused;
    struct chan *c = chan_make(int, 0);
    struct rlimit limit;
    getrlimit(RLIMIT_AS, &limit);
    limit.rlim_cur = address_space() + 64 * 1024 * 1024;
    assert_int_equal(setrlimit(RLIMIT_AS, &limit), 0);
    uint64_t made = 0;
    while (made < 100000 && go(wait_for_close, c))
        made++;
    assert_in_range(made, 100, 2000); /* 64 MiB of 64 KiB each, and what was cached */
    assert_int_equal(task_stats.refused, 1);
    assert_int_equal(task_count(), made + 1);
    assert_non_null(strstr(task_error(), "address space limit"));
    assert_non_null(strstr(task_error(), "ulimit -v"));
    expect_kib_refused();
    settle();
    assert_int_equal(go(wait_for_close, c), 0);
    assert_int_equal(task_stats.refused, 2);
    /* The others go on, and their stacks serve again. */
    chan_close(c);
    settle();
    assert_int_equal(task_count(), 1);
    assert_true(go(wait_for_close, c) > 0);
    settle();
    assert_int_equal(task_count(), 1);
}

static void go_is_refused_where_address_space_ends(void **state)
{
    (void)state;
    skip_where_instrumented();
    support_run_once(meet_the_address_space_limit);
}

static void no_first_stack(void *unused)
{
    (void)unused;
    struct rlimit limit;
    getrlimit(RLIMIT_AS, &limit);
    limit.rlim_cur = address_space() + 1024 * 1024;
    assert_int_equal(setrlimit(RLIMIT_AS, &limit), 0);
    assert_int_equal(task_run(do_nothing, NULL), -1);
    assert_non_null(strstr(task_error(), "address space limit"));
    assert_int_equal(task_count(), 0);
}

static void task_run_is_refused_where_address_space_ends(void **state)
{
    (void)state;
    skip_where_instrumented();
    support_run_outside(no_first_stack);
}

/* --- A kernel without guard markers --------------------------------------------------------------- */

#define LOAD_NUMBER           BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr))
#define LOAD_ARGUMENT(i)      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[i]))
#define SKIP_UNLESS(value, n) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), 0, (n))

/* Lets the kernel know no MADV_GUARD_INSTALL in this process. False where it may not be told. */
static bool forget_guard_markers(void)
{
    struct sock_filter program[] = {
        LOAD_NUMBER,
        SKIP_UNLESS(SYS_process_madvise, 3),
        LOAD_ARGUMENT(3),
        SKIP_UNLESS(MADV_GUARD_INSTALL, 4),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EINVAL),
        SKIP_UNLESS(SYS_madvise, 2),
        LOAD_ARGUMENT(2),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, MADV_GUARD_INSTALL, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EINVAL),
    };
    struct sock_fprog filter = {sizeof program / sizeof *program, program};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

/* Lets it know no process_madvise() for anything: guards are set one by one then. False as above. */
static bool forget_many_at_once(void)
{
    struct sock_filter program[] = {
        LOAD_NUMBER,
        SKIP_UNLESS(SYS_process_madvise, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = {sizeof program / sizeof *program, program};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

static size_t most_mappings(void)
{
    size_t most = 0;
    FILE *f = fopen("/proc/sys/vm/max_map_count", "re");
    if (f && fscanf(f, "%zu", &most) != 1)
        most = 0;
    if (f)
        fclose(f);
    return most;
}

static void meet_the_mapping_limit(void *unused)
{
    (void)unused;
    assert_true(forget_guard_markers());
    assert_int_equal(madvise(NULL, 0, MADV_GUARD_INSTALL), -1);
    struct chan *c = chan_make(int, 0);
    size_t made = 0, most = most_mappings();
    while (made < most && go(wait_for_close, c))
        made++;
    /* Two mappings a stack, but for those of the first slab, and what the process had before. */
    assert_in_range(made, most / 2 - 2000, most / 2 + 64);
    assert_non_null(strstr(task_error(), "vm.max_map_count="));
    assert_int_equal(task_stats.refused, 1);
    chan_close(c);
    settle();
    assert_int_equal(task_count(), 1);
}

static void go_is_refused_where_mappings_end(void **state)
{
    (void)state;
    skip_where_instrumented();
    if (most_mappings() > 300000) {
        support_skip("vm.max_map_count is too high to be met here");
    }
    support_run_once(meet_the_mapping_limit);
}

static __attribute__((noinline)) size_t descend(size_t depth)
{
    volatile char here[256] = {0};
    here[0] = 1;
    return depth == 0 ? 0 : descend(depth - 1) + (size_t)here[0];
}

static void overflow(void *unused)
{
    (void)unused;
    descend(SIZE_MAX);
}

static void overflow_without_markers(void *unused)
{
    (void)unused;
    assert_true(forget_guard_markers());
    task_set_stack_size(128 * 1024); /* a new slab, guarded by mprotect() */
    go(overflow, NULL);
    settle();
}

/* As before, on the last stack of a slab: each has its guard. */
static void overflow_the_last_of_a_slab(void *unused)
{
    (void)unused;
    assert_true(forget_many_at_once());
    task_set_stack_size(128 * 1024);
    struct chan *c = chan_make(int, 0);
    for (int i = 0; i < A_SLAB - 1; i++)
        go(wait_for_close, c);
    go(overflow, NULL);
    settle();
}

/* The far end of a frame of 900 KiB that has no stack probes. */
static void leap(void *unused)
{
    (void)unused;
    ((volatile char *)__builtin_frame_address(0))[-900 * 1024] = 1;
}

static void leap_without_markers(void *unused)
{
    (void)unused;
    assert_true(forget_guard_markers());
    task_set_stack_size(128 * 1024);
    go(leap, NULL);
    settle();
}

static void an_overflow_is_caught_without_markers_too(void **state)
{
    (void)state;
    support_expect_stop(overflow_without_markers, "overflow, of 128 KiB of stack");
    support_expect_stop(leap_without_markers, "leap, of 128 KiB of stack");
}

static void an_overflow_is_caught_where_guards_are_set_one_by_one(void **state)
{
    (void)state;
    support_expect_stop(overflow_the_last_of_a_slab, "overflow, of 128 KiB of stack");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(go_is_refused_where_address_space_ends),
        cmocka_unit_test(task_run_is_refused_where_address_space_ends),
        cmocka_unit_test(go_is_refused_where_mappings_end),
        cmocka_unit_test(an_overflow_is_caught_without_markers_too),
        cmocka_unit_test(an_overflow_is_caught_where_guards_are_set_one_by_one),
    };
    return cmocka_run_group_tests_name("limits", tests, NULL, NULL);
}
