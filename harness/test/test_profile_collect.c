/* Collecting: frames from parked stacks, groups, ages, labels; and that it disturbs nobody. */
#include "test/support.h"

#include "profile/collect.h"
#include "profile/shown.h"
#include "task/chan.h"
#include "task/defer.h"
#include <stdio.h>
#include <string.h>

__attribute__((noinline)) static void receive(void *c)
{
    chan_recv(c, NULL);
}

static void receive_deeper(void *c)
{
    receive(c);
    note("back");
}

static void send_one(void *c)
{
    chan_send(c, &(int){1});
}

static bool is_parked(const struct task_info *task, void *arg)
{
    (void)arg;
    return task->state == TASK_PARKED;
}

static const char *leaf_of(const struct profile_group *g)
{
    struct shown_frame leaf;
    assert_int_equal(shown_frames(g->frames, g->depth, &leaf, 1), 1);
    return leaf.symbol->function;
}

TASK_TEST(tasks_of_one_stack_reason_and_site_are_one_group)
{
    struct chan *c = chan_make(int, 0), *full = chan_make(int, 0);
    defer(chan_drop, c);
    defer(chan_drop, full);
    for (int i = 0; i < 5; i++)
        go(receive, c);
    for (int i = 0; i < 3; i++)
        go(receive_deeper, c);
    go(receive, c); /* the same function, made elsewhere */
    for (int i = 0; i < 2; i++)
        go(send_one, full);
    settle();
    struct profile *p = profile_collect(is_parked, NULL);
    assert_non_null(p);
    assert_int_equal(p->total, 11);
    assert_int_equal(p->length, 4);
    static const size_t counts[] = {5, 3, 2, 1};
    static const char *const leaves[] = {"receive", "receive", "send_one", "receive"};
    for (size_t i = 0; i < p->length; i++) {
        assert_int_equal(p->groups[i].count, counts[i]);
        assert_string_equal(leaf_of(&p->groups[i]), leaves[i]);
        assert_int_equal(p->groups[i].end, FRAMES_WHOLE);
    }
    assert_int_equal(p->groups[2].reason, WAIT_CHAN_SEND);
    assert_int_equal(p->groups[1].depth, p->groups[0].depth + 1);
    assert_true(p->groups[3].site != p->groups[0].site);
    profile_free(p);
    chan_close(c);
    for (int i = 0; i < 2; i++)
        chan_recv(full, NULL);
}

TASK_TEST(ages_are_least_median_and_most)
{
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    int64_t start = clock_now();
    static const int64_t after[] = {0, 1, 2, 30, 40}; /* minutes */
    for (size_t i = 0; i < 5; i++) {
        task_sleep(start + after[i] * MINUTE - clock_now());
        go(receive, c);
        settle();
    }
    task_sleep(start + HOUR - clock_now());
    struct profile *p = profile_collect(is_parked, NULL);
    assert_int_equal(p->length, 1);
    assert_int_equal(p->time - start, HOUR);
    assert_int_equal(p->groups[0].since_min - start, 0);
    assert_int_equal(p->groups[0].since_median - start, 2 * MINUTE);
    assert_int_equal(p->groups[0].since_max - start, 40 * MINUTE);
    profile_free(p);
    chan_close(c);
}

/* --- Labels ----------------------------------------------------------------------------------- */

static void label_and_receive(void *c)
{
    task_label("own", "x");
    chan_recv(c, NULL);
}

TASK_TEST(labels_tell_groups_apart_by_what_they_say)
{
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    for (int i = 0; i < 6; i++) {
        if (i % 2 == 0)
            task_label("request", i < 4 ? "a" : "b"); /* each time a new list */
        go(label_and_receive, c);
    }
    settle();
    struct profile *p = profile_collect(is_parked, NULL);
    assert_int_equal(p->length, 2);
    assert_int_equal(p->groups[0].count, 4);
    assert_int_equal(p->groups[0].label_count, 2);
    assert_string_equal(p->groups[0].labels[0].key, "own");
    assert_string_equal(p->groups[0].labels[1].key, "request");
    assert_string_equal(p->groups[0].labels[1].value, "a");
    assert_string_equal(p->groups[1].labels[1].value, "b");
    chan_close(c);
    settle();
    /* The profile outlives the tasks and their labels. */
    assert_string_equal(p->groups[1].labels[1].value, "b");
    profile_free(p);
}

/* --- States ----------------------------------------------------------------------------------- */

TASK_TEST(running_and_ready_tasks_are_told_too)
{
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    go(receive, c); /* has not run yet */
    struct profile *p = profile_collect(NULL, NULL);
    assert_int_equal(p->total, 2);
    for (size_t i = 0; i < 2; i++) {
        const struct profile_group *g = &p->groups[i];
        assert_true(g->state == TASK_READY || g->state == TASK_RUNNING);
        if (g->state == TASK_READY)
            assert_string_equal(leaf_of(g), "receive");
        else /* the profiler's own frames are hidden */
            assert_string_equal(leaf_of(g), __func__);
    }
    profile_free(p);
    settle();
    chan_close(c);
}

static bool refuse(const struct task_info *task, void *arg)
{
    (void)task, (void)arg;
    return false;
}

TASK_TEST(nothing_taken_is_an_empty_profile)
{
    struct profile *p = profile_collect(refuse, NULL);
    assert_non_null(p);
    assert_int_equal(p->total, 0);
    assert_int_equal(p->length, 0);
    profile_free(p);
    profile_free(NULL);
}

/* --- Frames ----------------------------------------------------------------------------------- */

static int descend(struct chan *c, int depth);
static int (*volatile next_descend)(struct chan *, int) = descend; /* not to be inlined */

static int descend(struct chan *c, int depth)
{
    if (depth == 0)
        chan_recv(c, NULL);
    else
        depth = next_descend(c, depth - 1) + 1;
    return depth;
}

static void receive_deep(void *c)
{
    descend(c, 2 * PROFILE_DEPTH);
}

TASK_TEST(a_deep_stack_is_cut_and_marked)
{
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    go(receive_deep, c);
    settle();
    struct profile *p = profile_collect(is_parked, NULL);
    assert_int_equal(p->groups[0].depth, PROFILE_DEPTH);
    assert_int_equal(p->groups[0].end, FRAMES_CUT);
    assert_string_equal(leaf_of(&p->groups[0]), "descend");
    profile_free(p);
    chan_close(c);
}

/* A stack of our own making: three frames and the outermost. */
struct fake {
    const void *words[64];
    struct task_info task;
};

enum { F0 = 10, F1 = 20, F2 = 30, TOP = 40 };

static void fake_stack(struct fake *f)
{
    memset(f, 0, sizeof *f);
    static const int next[][2] = {{F0, F1}, {F1, F2}, {F2, TOP}};
    for (int i = 0; i < 3; i++) {
        f->words[next[i][0]] = &f->words[next[i][1]];
        f->words[next[i][0] + 1] = (const void *)(uintptr_t)(0x1000 + i);
    }
    f->task = (struct task_info){.state = TASK_PARKED,
                                 .frame = &f->words[F0],
                                 .stack_low = (const char *)&f->words[0],
                                 .stack_high = (const char *)&f->words[64]};
}

static void expect_walk(const struct fake *f, size_t depth, enum frames_end end)
{
    const void *frames[8];
    enum frames_end seen;
    assert_int_equal(frames_walk(&f->task, frames, 8, &seen), depth);
    assert_int_equal(seen, end);
    for (size_t i = 0; i < depth; i++)
        assert_int_equal((uintptr_t)frames[i], 0x1000 + i);
}

static void a_broken_chain_ends_the_walk(void **state)
{
    (void)state;
    struct fake f;
    fake_stack(&f);
    expect_walk(&f, 3, FRAMES_WHOLE);
    f.words[F1] = &f.words[F0]; /* turns back */
    expect_walk(&f, 2, FRAMES_BROKEN);
    f.words[F1] = &f.words[F1]; /* a circle */
    expect_walk(&f, 2, FRAMES_BROKEN);
    f.words[F1] = &f.words[64]; /* past the end: nothing is read there */
    expect_walk(&f, 2, FRAMES_BROKEN);
    f.words[F1] = &f.words[63]; /* half of its record would lie outside */
    expect_walk(&f, 2, FRAMES_BROKEN);
    f.words[F1] = (const char *)&f.words[F2] + 1; /* no place for a pointer */
    expect_walk(&f, 2, FRAMES_BROKEN);
    f.words[F1] = (const void *)UINTPTR_MAX;
    expect_walk(&f, 2, FRAMES_BROKEN);
    f.task.frame = (const void *)8;
    expect_walk(&f, 0, FRAMES_BROKEN);
}

static bool find_frame(const struct task_info *task, void *found)
{
    if (task->state == TASK_PARKED)
        *(const void **)found = task->frame;
    return true;
}

TASK_TEST(a_broken_chain_is_marked_in_the_group)
{
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    go(receive_deeper, c);
    settle();
    struct profile *whole = profile_collect(is_parked, NULL);
    assert_int_equal(whole->groups[0].end, FRAMES_WHOLE);
    const void **frame = NULL;
    task_each(find_frame, &frame);
    const void *kept = *frame;
    *frame = (const void *)UINT64_C(0x4141414141414141);
    struct profile *broken = profile_collect(is_parked, NULL);
    *frame = kept;
    assert_int_equal(broken->groups[0].end, FRAMES_BROKEN);
    assert_int_equal(broken->groups[0].depth, 1);
    profile_free(whole);
    profile_free(broken);
    chan_close(c);
    settle();
    expect_notes("back"); /* the task went on as if nothing had been */
}

/* --- At scale --------------------------------------------------------------------------------- */

static long resident_pages(void)
{
    long size = 0, resident = 0;
    FILE *f = fopen("/proc/self/statm", "re");
    assert_non_null(f);
    assert_int_equal(fscanf(f, "%ld %ld", &size, &resident), 2);
    fclose(f);
    return resident;
}

static bool sum_parks(const struct task_info *task, void *total)
{
    *(uint64_t *)total += task->state == TASK_PARKED ? task->parks : 0;
    return true;
}

static void park_many(void *unused)
{
    (void)unused;
    enum { PAGE = 4096, MEBIBYTE = 1 << 20 };
    size_t n = support_is_instrumented() ? 10000 : 1000000;
    struct chan *c = chan_make(struct {}, 0);
    for (size_t i = 0; i < n; i++)
        assert_true(go(receive, c) != 0);
    settle();
    uint64_t parks = 0, after = 0;
    task_each(sum_parks, &parks);
    long before = resident_pages();
    struct profile *p = profile_collect(is_parked, NULL);
    long grown = resident_pages() - before;
    assert_non_null(p);
    assert_int_equal(p->total, n);
    assert_int_equal(p->length, 1);
    assert_int_equal(p->groups[0].count, n);
    if (!support_is_instrumented())
        assert_true(grown * PAGE < 64L * MEBIBYTE);
    task_each(sum_parks, &after);
    assert_int_equal(after, parks);
    assert_int_equal(task_stats.waiting[WAIT_CHAN_RECEIVE], n);
    profile_free(p);
    chan_close(c);
    settle();
    assert_int_equal(task_count(), 1);
    chan_drop(c);
}

static void a_million_tasks_are_one_group(void **state)
{
    (void)state;
    support_run_once(park_many);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tasks_of_one_stack_reason_and_site_are_one_group),
        cmocka_unit_test(ages_are_least_median_and_most),
        cmocka_unit_test(labels_tell_groups_apart_by_what_they_say),
        cmocka_unit_test(running_and_ready_tasks_are_told_too),
        cmocka_unit_test(nothing_taken_is_an_empty_profile),
        cmocka_unit_test(a_deep_stack_is_cut_and_marked),
        cmocka_unit_test(a_broken_chain_ends_the_walk),
        cmocka_unit_test(a_broken_chain_is_marked_in_the_group),
        cmocka_unit_test(a_million_tasks_are_one_group),
    };
    return cmocka_run_group_tests_name("profile: collecting", tests, NULL, NULL);
}
