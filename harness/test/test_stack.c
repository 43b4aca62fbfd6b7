/* Stacks: sizes, use of all of it, overflow, and reuse. Limits are in test_limits.c. */
#include "test/support.h"

#include "task/chan.h"
#include "task/defer.h"
#include "task/inspect.h"
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { DEFAULT_SIZE = 64 * 1024 };

TASK_TEST(a_size_is_checked_and_rounded_to_pages)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    assert_int_equal(task_stack_size(), DEFAULT_SIZE);
    assert_int_equal(task_set_stack_size(4 * page - 1), -1);
    assert_non_null(strstr(task_error(), "stack size of 16383 bytes"));
    assert_int_equal(task_set_stack_size(0), -1);
    assert_int_equal(task_set_stack_size(((size_t)1 << 30) + 1), -1);
    assert_int_equal(task_set_stack_size(SIZE_MAX), -1);
    assert_int_equal(task_stack_size(), DEFAULT_SIZE);
    assert_int_equal(task_set_stack_size(4 * page), 0);
    assert_int_equal(task_stack_size(), 4 * page);
    assert_int_equal(task_set_stack_size(4 * page + 1), 0);
    assert_int_equal(task_stack_size(), 5 * page);
    assert_int_equal(task_set_stack_size((size_t)1 << 30), 0);
    assert_int_equal(task_set_stack_size(DEFAULT_SIZE), 0);
}

static void fill(void *arg)
{
    size_t size = *(size_t *)arg;
    volatile char *frame = __builtin_alloca(size);
    for (size_t i = 0; i < size; i += 512)
        frame[i] = (char)(i / 512);
    task_yield();
    for (size_t i = 0; i < size; i += 512)
        assert_int_equal(frame[i], (char)(i / 512));
    note("filled");
}

TASK_TEST(the_stack_is_as_large_as_was_said)
{
    size_t sizes[] = {DEFAULT_SIZE, 256 * 1024, 1024 * 1024}, uses[3];
    for (int i = 0; i < 3; i++) {
        uses[i] = sizes[i] - 16 * 1024; /* less guard, record, and the frames around */
        assert_int_equal(task_set_stack_size(sizes[i]), 0);
        go(fill, &uses[i]);
    }
    settle();
    expect_notes("filled filled filled");
    task_set_stack_size(DEFAULT_SIZE);
}

static bool find_bounds(const struct task_info *info, void *arg)
{
    *(struct task_info *)arg = *info; /* the newest is the last */
    return true;
}

static void do_nothing(void *unused)
{
    (void)unused;
}

TASK_TEST(the_bounds_of_a_stack_are_known)
{
    struct task_info info;
    go(do_nothing, NULL);
    task_each(find_bounds, &info);
    size_t page = (size_t)sysconf(_SC_PAGESIZE),
           usable = (size_t)(info.stack_high - info.stack_low);
    assert_in_range(usable, DEFAULT_SIZE - page - 512, DEFAULT_SIZE - page);
}

/* --- Overflow ------------------------------------------------------------------------------------ */

static __attribute__((noinline)) int descend(volatile const int *from)
{
    volatile int here[64] = {0};
    here[0] = from[0] + 1;
    return here[0] < INT_MAX ? descend(here) + here[0] : 0;
}

static void overflow(void *unused)
{
    (void)unused;
    int start = 0;
    descend(&start);
}

static void overflow_a_child(void *unused)
{
    (void)unused;
    go(overflow, NULL);
    settle();
}

static void leap(void *unused)
{
    (void)unused;
    volatile char *frame = __builtin_alloca(1024 * 1024);
    for (size_t i = 0; i < 1024 * 1024; i += 1024)
        frame[i] = 1;
}

static void overflow_by_one_large_frame(void *unused)
{
    (void)unused;
    go(leap, NULL);
    settle();
}

/* What a large frame without stack probes does, whatever this file is compiled with: it touches its far
 * end first. `reach` is how far from its caller's frame that is. */
static void leap_unprobed(void *reach)
{
    ((volatile char *)__builtin_frame_address(0))[-*(ptrdiff_t *)reach] = 1;
}

static ptrdiff_t reach;

static void wait_for_close(void *c);

/* Between tasks whose stacks it must not touch. */
static void overflow_unprobed(void *unused)
{
    (void)unused;
    struct chan *c = chan_make(int, 0);
    for (int i = 0; i < 50; i++)
        go(wait_for_close, c);
    go(leap_unprobed, &reach);
    for (int i = 0; i < 50; i++)
        go(wait_for_close, c);
    settle();
}

static void an_overflow_is_named_whatever_a_frame_was_compiled_with(void **state)
{
    (void)state;
    enum { MOST = 1024 * 1024 };
    for (reach = DEFAULT_SIZE; reach <= MOST; reach += reach < 2 * DEFAULT_SIZE ? 4096 : 61 * 1024)
        support_expect_stop(overflow_unprobed, "leap_unprobed, of 64 KiB of stack");
    reach = MOST;
    support_expect_stop(overflow_unprobed, "leap_unprobed, of 64 KiB of stack");
}

static void overflow_a_small_child(void *unused)
{
    (void)unused;
    task_set_stack_size(32 * 1024);
    go(overflow, NULL);
    settle();
}

static void an_overflow_is_caught_and_named(void **state)
{
    (void)state;
    static const char *const words[] = {
        "stack overflow\n",
        "task 2 ",
        "overflow, of 64 KiB of stack",
        "created by overflow_a_child in task 1",
        "test_stack.c:",
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        support_expect_stop(overflow_a_child, words[i]);
    support_expect_stop(overflow_a_small_child, "of 32 KiB of stack");
    support_expect_stop(overflow_by_one_large_frame, "leap, of 64 KiB of stack");
}

static void write_where_it_is_forbidden(void *unused)
{
    (void)unused;
    char *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(page != MAP_FAILED);
    *(volatile char *)page = 1;
}

static void another_fault_is_no_overflow(void **state)
{
    (void)state;
    const struct ending *ending = support_ending(write_where_it_is_forbidden);
    assert_null(strstr(ending->words, "stack overflow"));
    assert_int_not_equal(ending->status, 0);
    assert_int_not_equal(ending->status, 2);
}

/* --- Reuse --------------------------------------------------------------------------------------- */

static void wait_for_close(void *c)
{
    chan_recv(c, NULL);
}

static void park_and_release(int tasks)
{
    struct chan *c = chan_make(int, 0);
    uint64_t waiting = task_stats.waiting[WAIT_CHAN_RECEIVE];
    for (int i = 0; i < tasks; i++)
        assert_true(go(wait_for_close, c) > 0);
    settle();
    assert_int_equal(task_stats.waiting[WAIT_CHAN_RECEIVE], waiting + (uint64_t)tasks);
    chan_close(c);
    settle();
    chan_drop(c);
}

TASK_TEST(stacks_are_used_again)
{
    park_and_release(500);
    uint64_t used = task_stats.stacks_used, reserved = task_stats.stacks_reserved;
    for (int round = 0; round < 20; round++) {
        park_and_release(500);
        assert_int_equal(task_stats.stacks_used, used);
        assert_int_equal(task_stats.stacks_reserved, reserved);
    }
}

TASK_TEST(a_burst_s_stacks_are_given_back)
{
    enum { BURST = 8192, KEPT = 1024 };
    clock_set_virtual(false);
    park_and_release(BURST);
    assert_true(task_stats.stacks_used >= BURST);
    uint64_t reserved = task_stats.stacks_reserved;
    /* After a while, to be ready for the next burst; how long is the runtime's business. */
    for (int turn = 0; turn < 2000 && task_stats.stacks_used > 2 * KEPT; turn++)
        task_sleep(10 * MILLISECOND);
    assert_in_range(task_stats.stacks_used, 1, 2 * KEPT);
    assert_true(task_stats.stacks_reserved < reserved);
    clock_set_virtual(true);
    park_and_release(100);
}

/* jemalloc's, where it is linked. */
int mallctl(const char *name, void *old, size_t *old_size, void *wanted, size_t wanted_size)
    __attribute__((weak));

/* Bytes that the program has freed and its heap keeps, for its next allocations. */
static size_t kept_by_the_heap(void)
{
    uint64_t epoch = 1;
    size_t pages = 0, page = 0, size = sizeof pages;
    mallctl("epoch", NULL, NULL, &epoch, sizeof epoch);
    assert_int_equal(mallctl("stats.arenas.4096.pdirty", &pages, &size, NULL, 0), 0);
    assert_int_equal(mallctl("arenas.page", &page, &size, NULL, 0), 0);
    return pages * page;
}

static void give_back_beside_a_heap(void *unused)
{
    (void)unused;
    enum { BURST = 8192, BYTES = 4 * 1024 * 1024 };
    ssize_t never = -1;
    assert_int_equal(mallctl("arena.0.dirty_decay_ms", NULL, NULL, &never, sizeof never), 0);
    clock_set_virtual(false);
    char *volatile memory = malloc(BYTES);
    memset(memory, 1, BYTES);
    free(memory);
    size_t kept = kept_by_the_heap();
    assert_true(kept >= BYTES);
    park_and_release(BURST);
    uint64_t reserved = task_stats.stacks_reserved;
    for (int turn = 0; turn < 2000 && task_stats.stacks_used > BURST / 8; turn++)
        task_sleep(10 * MILLISECOND);
    assert_true(task_stats.stacks_reserved < reserved);
    assert_true(kept_by_the_heap() >= kept - BYTES / 4); /* but for what it has used itself */
}

static void giving_stacks_back_leaves_the_heap_alone(void **state)
{
    (void)state;
    if (!mallctl || support_is_instrumented()) {
        print_message("# jemalloc is not the heap here\n");
        skip();
    }
    support_run_once(give_back_beside_a_heap);
}

/* A crowd's next stacks are touched ahead, up to a thousandth of them and sixteen at a time. */
LEAKING_TASK_TEST(no_more_is_touched_ahead_than_a_crowd_can_use)
{
    enum { MANY = 20000, AHEAD = 16 };
    struct chan *c = chan_make(int, 0);
    uint64_t most = 0;
    for (int i = 0; i < MANY; i++) {
        go(wait_for_close, c);
        uint64_t ahead = task_stats.stacks_used - task_stats.live;
        assert_true(ahead * 1000 <= task_stats.live && ahead < AHEAD);
        most = ahead > most ? ahead : most;
    }
    if (most == 0)
        print_message("none is touched ahead here: an older kernel, or a checker's build\n");
    else
        assert_int_equal(most, AHEAD - 1);
    settle();
    assert_int_equal(task_stats.waiting[WAIT_CHAN_RECEIVE], MANY);
}

struct sum {
    uint64_t tasks, ids;
};

static bool add_one(const struct task_info *task, void *arg)
{
    struct sum *sum = arg;
    sum->tasks++;
    sum->ids += task->id;
    return true;
}

static void expect_to_see(struct sum expected)
{
    struct sum seen = {0};
    task_each(add_one, &seen);
    assert_int_equal(seen.tasks, expected.tasks);
    assert_int_equal(seen.ids, expected.ids);
}

/* Tasks are found by their stacks: also where slabs between theirs have ended, and new ones come. */
TASK_TEST(every_task_is_seen_once_wherever_its_stack_is)
{
    enum { BURST = 8192, STAY = 2000 };
    clock_set_virtual(false);
    struct chan *gone = chan_make(int, 0), *stay = chan_make(int, 0);
    struct sum staying = {1, task_id()}, all = staying;
    for (int i = 0; i < BURST; i++) {
        uint64_t id = go(wait_for_close, i % STAY == STAY / 2 ? stay : gone);
        all = (struct sum){all.tasks + 1, all.ids + id};
        if (i % STAY == STAY / 2)
            staying = (struct sum){staying.tasks + 1, staying.ids + id};
    }
    expect_to_see(all);
    settle();
    chan_close(gone);
    chan_drop(gone);
    settle();
    uint64_t reserved = task_stats.stacks_reserved;
    for (int turn = 0; turn < 2000 && task_stats.stacks_reserved == reserved; turn++)
        task_sleep(10 * MILLISECOND);
    clock_set_virtual(true);
    assert_true(task_stats.stacks_reserved < reserved);
    expect_to_see(staying);
    park_and_release(BURST);
    expect_to_see(staying);
    chan_close(stay);
    chan_drop(stay);
    settle();
    expect_to_see((struct sum){1, task_id()});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_size_is_checked_and_rounded_to_pages),
        cmocka_unit_test(the_stack_is_as_large_as_was_said),
        cmocka_unit_test(the_bounds_of_a_stack_are_known),
        cmocka_unit_test(an_overflow_is_caught_and_named),
        cmocka_unit_test(an_overflow_is_named_whatever_a_frame_was_compiled_with),
        cmocka_unit_test(another_fault_is_no_overflow),
        cmocka_unit_test(stacks_are_used_again),
        cmocka_unit_test(a_burst_s_stacks_are_given_back),
        cmocka_unit_test(giving_stacks_back_leaves_the_heap_alone),
        cmocka_unit_test(no_more_is_touched_ahead_than_a_crowd_can_use),
        cmocka_unit_test(every_task_is_seen_once_wherever_its_stack_is),
    };
    return cmocka_run_group_tests_name("stacks", tests, NULL, NULL);
}
