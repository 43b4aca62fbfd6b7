/* Where growth sits: the kernel's account of mappings is read right, the parts and the rest add up,
 * and of a real leak nothing stays unexplained. This program is its own child. */
#include "test/support.h"
#include "test/words.h"

#include "load/child.h"
#include "load/lab.h"
#include "load/memory_group.h"
#include "load/selection.h"
#include "probe/attribution.h"
#include "probe/cgroup.h"
#include "probe/heap.h"
#include "probe/verdict.h"
#include <math.h>
#include <sys/mman.h>
#include <unistd.h>

/* --- Mappings ------------------------------------------------------------------------------- */

#define MAPPING(head, rss, anonymous, flags)                                                       \
    head "\nSize:               4096 kB\nRss:   " #rss " kB\nPss:   1 kB\nAnonymous:  " #anonymous \
         " kB\nAnonHugePages:    64 kB\nVmFlags: " flags "\n"

static const char program[] = MAPPING(
    "55d0c8a00000-55d0c8a40000 r-xp 00002000 fe:00 131 /usr/bin/a program", 100, 0, "rd ex")
    MAPPING("55d0c8a50000-55d0c8a60000 rw-p 00012000 fe:00 131 /usr/bin/a program", 40, 12, "rd wr")
        MAPPING("55d0c9000000-55d0c9021000 rw-p 00000000 00:00 0 [heap]", 8, 8, "rd wr") MAPPING(
            "7f5c3c000000-7f5c3c400000 rw-p 00000000 00:00 0 ", 400, 400, "rd wr mr mw me nr sd nh")
            MAPPING("7f5c40000000-7f5c40400000 rw-p 00000000 00:00 0", 1000, 1000,
                    "rd wr mr mw me nr sd")
                MAPPING("7f5c50000000-7f5c50400000 rw-s 00000000 00:01 7 /memfd:g (deleted)", 24, 0,
                        "rd wr sh")
                    MAPPING("7ffc1d000000-7ffc1d021000 rw-p 00000000 00:00 0 [stack]", 16, 16,
                            "rd wr gd");

static bool read_text(const char *text, size_t length, struct mappings *mappings)
{
    FILE *file = fmemopen((void *)text, length, "r");
    bool whole = mappings_read(file, mappings);
    fclose(file);
    return whole;
}

static void pages_belong_to_their_mappings(void **state)
{
    (void)state;
    struct mappings found;
    assert_true(read_text(program, strlen(program), &found));
    assert_int_equal(found.stacks, 400 << 10);
    assert_int_equal(found.heap, 1008 << 10);
    assert_int_equal(found.program, 28 << 10); /* written pages of the file, and the stack */
    assert_int_equal(found.files, 128 << 10);
    assert_int_equal(found.shared, 24 << 10);
}

static void a_name_of_the_kernel_is_believed(void **state)
{
    (void)state;
    static const char named[] = MAPPING(
        "7f5c3c000000-7f5c3c400000 rw-p 00000000 00:00 0 [anon:task stacks]", 80, 80, "rd")
        MAPPING("7f5c3d000000-7f5c3d400000 rw-p 00000000 00:00 0 [anon:other]", 8, 8, "rd nr nh");
    struct mappings found;
    assert_true(read_text(named, strlen(named), &found));
    assert_int_equal(found.stacks, 80 << 10);
    assert_int_equal(found.heap, 8 << 10);
}

static void half_an_account_is_none(void **state)
{
    (void)state;
    struct mappings found;
    assert_false(read_text("\n", 1, &found));
    assert_false(read_text("hello\n", 6, &found));
    assert_false(read_text(program, strlen(program) - 60, &found));
}

/* --- Adding up ------------------------------------------------------------------------------ */

static struct sample sample_with(int64_t stacks, int64_t heap, int64_t active)
{
    return (struct sample){
        .stacks_used = (uint64_t)stacks / 4096,
        .heap = {.active = active, .resident = heap + 4096},
        .memory = {.rss = stacks + heap + 70000,
                   .file = 60000,
                   .shared = 10000,
                   .page_tables = stacks / 32,
                   .exact = true,
                   .mappings = {stacks, heap, 0, 60000, 10000}},
    };
}

static double sum(const struct attribution *a)
{
    double all = a->rest;
    for (enum share share = 0; share < SHARES; share++)
        all += a->part[share];
    return all;
}

static void the_parts_and_the_rest_add_up(void **state)
{
    (void)state;
    struct attribution a;
    struct sample before = sample_with(4096, 100000, 90000);
    struct sample after = sample_with(4096 * 1001, 400000, 350000);
    assert_true(attribution_between(&before, &after, &a));
    assert_true(a.by_mappings);
    assert_true(a.growth == 4096 * 1000 + 300000);
    assert_true(a.part[SHARE_STACKS] == 4096 * 1000);
    assert_true(a.part[SHARE_HEAP_IN_USE] == 260000);
    assert_true(a.part[SHARE_HEAP_HELD] == 40000);
    assert_true(a.page_tables == 128 * 1000);
    assert_true(a.rest == 0 && sum(&a) == a.growth);
    assert_true(attribution_accounted(&a) == 1);
    after.memory.rss += 43960; /* one percent that nothing tells of */
    attribution_between(&before, &after, &a);
    assert_true(a.rest == 43960 && sum(&a) == a.growth);
    assert_true(fabs(attribution_accounted(&a) - 0.99) < 0.0001);
}

static void untouched_heap_is_not_in_use(void **state)
{
    (void)state;
    struct attribution a;
    struct sample before = sample_with(0, 100000, 100000), after = sample_with(0, 200000, 900000);
    attribution_between(&before, &after, &a);
    assert_true(a.part[SHARE_HEAP_IN_USE] == 100000 && a.part[SHARE_HEAP_HELD] == 0);
    after.heap.active = before.heap.active = -1; /* no jemalloc */
    attribution_between(&before, &after, &a);
    assert_true(a.part[SHARE_HEAP_IN_USE] == 100000 && a.rest == 0);
}

static void stacks_that_are_not_recognised_are_counted(void **state)
{
    (void)state;
    struct attribution a;
    struct sample before = sample_with(4096, 100000, 90000);
    struct sample after = sample_with(4096 * 11, 100000, 90000);
    after.memory.mappings.heap += after.memory.mappings.stacks; /* all look alike */
    after.memory.mappings.stacks = 0;
    attribution_between(&before, &after, &a);
    assert_false(a.by_mappings);
    assert_true(a.part[SHARE_STACKS] == 40960 && sum(&a) == a.growth);
    after.memory.mappings.stacks = -1; /* no walk at all */
    attribution_between(&before, &after, &a);
    assert_true(!a.by_mappings && a.part[SHARE_STACKS] == 40960);
}

static void without_two_looks_nothing_is_said(void **state)
{
    (void)state;
    struct attribution a;
    struct sample sample = sample_with(4096, 1, 1);
    assert_false(attribution_between(NULL, &sample, &a));
    assert_true(isnan(a.growth) && isnan(a.rest));
    assert_true(isnan(attribution_accounted(&a)));
    sample.memory.rss = -1;
    assert_false(attribution_between(&sample, &sample, &a));
}

static void a_mean_adds_up_too(void **state)
{
    (void)state;
    struct attribution of[2];
    struct sample before = sample_with(0, 0, 0), one = sample_with(4096, 9000, 7000);
    struct sample two = sample_with(4096 * 3, 1000, 500);
    attribution_between(&before, &one, &of[0]);
    attribution_between(&before, &two, &of[1]);
    struct attribution mean = attribution_mean(of, 2);
    assert_true(mean.growth == (of[0].growth + of[1].growth) / 2);
    assert_true(mean.part[SHARE_STACKS] == 8192 && fabs(sum(&mean) - mean.growth) < 1e-6);
}

/* --- The real thing ------------------------------------------------------------------------- */

static void a_process_is_walked_to_the_page(void **state)
{
    (void)state;
    enum { PAGES = 500 };
    struct memory_watch watch;
    struct memory before, after;
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    assert_true(memory_watch_start(&watch, 0));
    char *memory =
        mmap(NULL, PAGES * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(memory_look(&watch, true, &before));
    for (int i = 0; i < PAGES; i++)
        memory[(size_t)i * page] = 1;
    assert_true(memory_look(&watch, true, &after));
    assert_true(before.exact && after.exact);
    int64_t grown = after.mappings.heap - before.mappings.heap, bytes = (int64_t)(PAGES * page);
    assert_in_range(grown, bytes, bytes + 200000); /* what reading it takes, besides */
    assert_int_equal(after.rss, after.mappings.stacks + after.mappings.heap +
                                    after.mappings.program + after.mappings.files +
                                    after.mappings.shared);
    munmap(memory, PAGES * page);
    memory_watch_end(&watch);
}

/* A pair's leak under 20,000 requests, which the caller frees. */
static struct outcome leak_of_20000(const char *id)
{
    struct settings settings = settings_default();
    settings.virtual_clock = 1;
    settings.warm_up = 100;
    settings.requests = 20000;
    struct outcome outcome = outcome_of(catalog_find(id), VARIANT_LEAK, &settings);
    struct lab_plan plan = {.cases = &outcome, .length = 1, .at_once = 1};
    assert_int_equal(lab_run(&plan), 0);
    return outcome;
}

static void a_real_leak_is_explained(void **state)
{
    (void)state;
    if (support_is_instrumented())
        support_skip("the checkers' own memory is no part of it");
    struct outcome outcome = leak_of_20000("defer_myth");
    assert_int_equal(outcome.ending.how, ENDED_WELL);
    struct attribution held, left;
    const struct sample *before = outcome_phase_end(&outcome, PHASE_BASELINE);
    assert_true(attribution_between(before, outcome_phase_end(&outcome, PHASE_DRAIN), &held));
    assert_true(attribution_between(before, outcome_phase_end(&outcome, PHASE_SETTLE), &left));
    assert_true(held.by_mappings);
    double page = (double)sysconf(_SC_PAGESIZE);
    /* One a task, a few that go round, and those that are touched ahead. */
    assert_true(held.part[SHARE_STACKS] >= 20000 * page &&
                held.part[SHARE_STACKS] < (20010 + 15) * page);
    assert_true(held.part[SHARE_HEAP_IN_USE] > 20000 * 4096.0); /* each holds a buffer */
    assert_true(fabs(sum(&held) - held.growth) < 1);
    assert_true(attribution_accounted(&held) >= 0.99);
    assert_true(attribution_accounted(&left) >= 0.99);
    assert_true(left.part[SHARE_HEAP_HELD] < 0.05 * left.growth); /* purged */
    outcome_free(&outcome);
}

/* Timers that fired have been freed; what jemalloc held back of them is given back before the last
 * look, so what is left is what is needed. */
static void what_is_held_back_without_need_is_not_left(void **state)
{
    (void)state;
    if (support_is_instrumented())
        support_skip("the checkers' own memory is no part of it");
    struct outcome outcome = leak_of_20000("timer_in_loop");
    const struct sample *before = outcome_phase_end(&outcome, PHASE_BASELINE);
    struct attribution held, left;
    assert_true(attribution_between(before, outcome_phase_end(&outcome, PHASE_DRAIN), &held));
    assert_true(attribution_between(before, outcome_phase_end(&outcome, PHASE_SETTLE), &left));
    assert_true(held.growth > 10 << 20);
    assert_true(left.growth < 0.15 * held.growth);
    outcome_free(&outcome);
}

/* --- Limits --------------------------------------------------------------------------------- */

static void the_own_group_is_found(void **state)
{
    (void)state;
    char path[CGROUP_PATH];
    static const char mounts[] =
        "tmpfs /sys/fs/cgroup tmpfs rw 0 0\n"
        "cgroup2 /sys/fs/cgroup/unified cgroup2 rw,nsdelegate 0 0\n"
        "cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,relatime,cpu,cpuacct 0 0\n"
        "cgroup /sys/fs/cgroup/memory cgroup rw,relatime,memory 0 0\n";
    static const char groups[] = "4:memory:/a/b\n3:cpu,cpuacct:/\n0::/user.slice\n";
    cgroup_path(groups, mounts, 1, "memory", path);
    assert_string_equal(path, "/sys/fs/cgroup/memory/a/b");
    cgroup_path(groups, mounts, 1, "cpu", path);
    assert_string_equal(path, "/sys/fs/cgroup/cpu,cpuacct");
    cgroup_path(groups, mounts, 2, "memory", path);
    assert_string_equal(path, "/sys/fs/cgroup/unified/user.slice");
    cgroup_path(groups, mounts, 1, "mem", path);
    assert_string_equal(path, "");
    cgroup_path("0::/x\n", "cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n", 2, "memory", path);
    assert_string_equal(path, "/sys/fs/cgroup/x");
    cgroup_path("", "", 2, "memory", path);
    assert_string_equal(path, "");
}

enum { LIMITED_REQUESTS = 20000 };

/* The meter is held up from here to the end of load, where it is the one that keeps the limit. */
static void come_late(const struct outcome *outcome, const struct sample *sample, void *late)
{
    if (outcome->limit_by != LIMIT_METER || sample->sent < LIMITED_REQUESTS / 3 || *(bool *)late)
        return;
    *(bool *)late = true;
    const volatile uint64_t *sent = &outcome->gauges->progress.sent;
    while (*sent < LIMITED_REQUESTS)
        usleep(1000);
    usleep(300000); /* until it stands still, so that this is what the meter hears of first */
}

/* On the real clock, at a pace that the meter can follow where no cgroup may be made. late: whether it was held up. */
static struct outcome run_limited(enum variant variant, uint64_t limit, bool *late)
{
    struct settings settings = settings_default();
    settings.warm_up = 20;
    settings.rate = 10000;
    settings.requests = LIMITED_REQUESTS;
    settings.memory_limit = limit;
    settings.looks_per_second =
        late ? 90 : 100; /* each 11 ms: seldom when the limit is looked at, each 5 ms */
    struct outcome outcome = outcome_of(catalog_find("channel_receive"), variant, &settings);
    struct lab_plan plan = {.cases = &outcome, .length = 1, .at_once = 1};
    if (late)
        plan.observer = (struct lab_observer){.looked = come_late, .arg = late};
    assert_int_equal(lab_run(&plan), 0);
    return outcome;
}

static void at_its_limit_a_leak_is_killed_and_its_fix_lives(void **state)
{
    (void)state;
    enum { LIMIT = 48 << 20 };
    if (support_is_instrumented())
        support_skip("the checkers need more than that to start");
    struct verdict verdict;
    struct outcome leak = run_limited(VARIANT_LEAK, LIMIT, NULL),
                   fix = run_limited(VARIANT_FIX, LIMIT, NULL);
    assert_int_equal(leak.ending.how, ENDED_SIGNAL);
    assert_true(leak.killed_by_limit);
    /* 48 MiB of 4.3 KiB each, and what it starts with. */
    assert_true(leak.gauges->progress.sent >= 8000);
    if (leak.limit_by != LIMIT_METER) /* which may come to look late */
        assert_true(leak.gauges->progress.sent <= 13000);
    verdict_of(&leak, JUDGE_REAL_CLOCK, &verdict);
    assert_true(verdict.as_catalogued);
    expect_words(verdict.words, "LEAK, killed by the memory limit of 48.0 MiB, kept by ");
    assert_int_equal(fix.ending.how, ENDED_WELL);
    assert_false(fix.killed_by_limit);
    const struct sample *last = &leak.samples[leak.sample_count - 1];
    if (leak.limit_by != LIMIT_METER)
        assert_in_range(last->memory.charged, LIMIT / 4, LIMIT);
    const struct sample *before = outcome_phase_end(&leak, PHASE_BASELINE);
    assert_true(before->memory.exact); /* also where it began anew, within its group */
    assert_true(before->memory.mappings.stacks > 0);
    outcome_free(&leak);
    outcome_free(&fix);
}

static void a_limit_is_kept_however_late_the_meter_looks(void **state)
{
    (void)state;
    bool late = false;
    if (support_is_instrumented())
        support_skip("the checkers need more than that to start");
    struct outcome leak = run_limited(VARIANT_LEAK, 48 << 20, &late);
    assert_int_equal(leak.ending.how, ENDED_SIGNAL);
    assert_true(leak.killed_by_limit);
    assert_int_equal(late, leak.limit_by == LIMIT_METER);
    outcome_free(&leak);
}

static void a_limit_below_the_start_is_said(void **state)
{
    (void)state;
    if (support_is_instrumented())
        support_skip("the checkers' own memory is no part of it");
    struct verdict verdict;
    struct outcome outcome = run_limited(VARIANT_LEAK, 200 << 10, NULL);
    if (outcome.limit_by == LIMIT_METER && outcome.ending.how == ENDED_WELL)
        support_skip("the case was over before the meter looked");
    verdict_of(&outcome, JUDGE_REAL_CLOCK, &verdict);
    assert_false(verdict.as_catalogued);
    expect_words(verdict.words, "it needs more than that to start");
    outcome_free(&outcome);
}

/* What cgroups keep where they may be made, the meter keeps elsewhere: by the same look. */
static void a_group_goes_when_it_is_done(void **state)
{
    (void)state;
    char why[256];
    struct memory_group group;
    if (!memory_group_make(&group, 64 << 20, why, sizeof why)) {
        expect_words(why, "no memory cgroup can be made: ");
        support_skip("the checkers' own memory is no part of it");
    }
    assert_int_equal(access(group.path, F_OK), 0);
    char path[600];
    snprintf(path, sizeof path, "%s", group.path);
    assert_int_equal(memory_number(group.usage) >= 0, 1);
    assert_int_equal(memory_group_kills(&group), 0);
    memory_group_end(&group);
    assert_int_not_equal(access(path, F_OK), 0);
}

int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "case") == 0)
        child_run(catalog_find(argv[2]), strcmp(argv[3], "leak") ? VARIANT_FIX : VARIANT_LEAK);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_belong_to_their_mappings),
        cmocka_unit_test(a_name_of_the_kernel_is_believed),
        cmocka_unit_test(half_an_account_is_none),
        cmocka_unit_test(the_parts_and_the_rest_add_up),
        cmocka_unit_test(untouched_heap_is_not_in_use),
        cmocka_unit_test(stacks_that_are_not_recognised_are_counted),
        cmocka_unit_test(without_two_looks_nothing_is_said),
        cmocka_unit_test(a_mean_adds_up_too),
        cmocka_unit_test(a_process_is_walked_to_the_page),
        cmocka_unit_test(a_real_leak_is_explained),
        cmocka_unit_test(what_is_held_back_without_need_is_not_left),
        cmocka_unit_test(the_own_group_is_found),
        cmocka_unit_test(at_its_limit_a_leak_is_killed_and_its_fix_lives),
        cmocka_unit_test(a_limit_is_kept_however_late_the_meter_looks),
        cmocka_unit_test(a_limit_below_the_start_is_said),
        cmocka_unit_test(a_group_goes_when_it_is_done),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
