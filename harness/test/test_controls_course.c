/* The course of each control: what there is of it while requests come, and afterwards until nothing of it changes any
 * more. Under the virtual clock all of that is exact, so that no control becomes another program unseen. */
#include "test/support.h"

#include "catalog.h"
#include "task/ctx.h"
#include <stdio.h>
#include <string.h>

/* jemalloc's, where it is linked. */
int mallctl(const char *name, void *old, size_t *old_size, void *new_value, size_t new_size)
    __attribute__((weak));

/* A request each 10 ms. "N: what there is after so many; +TIME: and so long after the last one". */
static const struct {
    const char *id;
    int requests;
    const char *course;
} all[] = {
    {"handover", 3, "1: 1 task 1 channel"},
    {"poll_nine_minutes", 3, "1: 1 task; 3: 3 tasks; +540 s: nothing"},
    {"poll_eleven_minutes", 3,
     "1: 1 task 1 timer 1 channel; 3: 3 tasks 3 timers 3 channels; +660 s: nothing"},
    {"poll_a_day", 3,
     "1: 1 task 2 channels 1 context; 3: 3 tasks 6 channels 3 contexts; +1440 min: nothing"},
    {"expiry_timer", 3, "1: 1 timer; 3: 3 timers; +900 s: nothing"},
    {"after_the_answer", 2, "1: 1 task; +2 ms: nothing"},
    {"chain_of_a_thousand", 11,
     "1: 1001 tasks 1001 channels; 2: nothing; 11: 1001 tasks 1001 channels; +1 ms: nothing"},
    {"served_from_a_table", 66,
     "1: 1 task 1 timer 1 channel; 66: 66 tasks 66 timers 66 channels; +300 s: nothing"},
    {"lock_of_a_sleeper", 3, "1: 2 tasks; 2: 3 tasks; 3: 4 tasks; +60 s: nothing"},
    {"idle_pool", 3, "1: 4 tasks 1 channel"},
    {"context_tree", 2,
     "1: 3 tasks 3 channels 4 contexts; 2: 6 tasks 6 channels 8 contexts; +30 s: nothing"},
    {"housekeeper", 3, "1: 1 task 1 timer 1 channel"},
    {"pipe", 2, "1: 1 channel; +1 ms: nothing"},
    {"idle_connection", 3, "1: 1 task 1 channel"},
    {"bounded_cache", 202, ""},
    {"late_cache", 702, "1: 1 channel; 702: 700 channels"},
    {"ticker_stopped_later", 2,
     "1: 2 tasks 1 timer 2 channels; 2: 4 tasks 2 timers 4 channels; +90 s: nothing"},
    {"retry_that_gives_up", 2, "1: 1 task; 2: 2 tasks; +1049 s: nothing"},
    {"batch", 21,
     "1: 1 task 1 channel; 10: 1 channel; 11: 1 task 1 channel; 20: 1 channel; 21: 1 task 1 "
     "channel"},
    {"looks_each_second", 2, "1: 1 task; 2: 2 tasks; +900 s: nothing"},
    {"relay", 2, "1: 1 task; 2: 2 tasks; +200 s: nothing"},
    {"timer_relay", 2, "1: 1 timer; 2: 2 timers; +300 s: nothing"},
    {"sessions", 201, "1: 1 task 1 channel; 201: 200 tasks 200 channels"},
    {"flushed_batch", 301,
     "1: 1 task 1 channel; 2: 2 tasks 1 channel; 300: nothing; 301: 1 task 1 channel"},
    {"batch_of_records", 702, ""},
    {"lazy_workers", 340,
     "1: 1 task 1 channel; 17: 2 tasks 1 channel; 33: 3 tasks 1 channel; 49: 4 tasks 1 channel; "
     "340: 20 tasks 1 channel"},
    {"names_at_random", 999,
     "1: 1 channel; 16: 15 channels; 56: 53 channels; 62: 58 channels; 999: 363 channels"},
    {"queue_for_a_lock", 3,
     "1: 1 task; 3: 3 tasks; +60 s: 2 tasks; +120 s: 1 task; +180 s: nothing"},
    {"shared_draft", 2, "1: 1 task; 2: 2 tasks; +120 s: nothing"},
    {"slow_handover", 3, "1: 1 task 1 channel; 3: 3 tasks 3 channels; +60 s: 1 task 1 channel"},
};

/* --- What there is ------------------------------------------------------------------------------ */

struct held {
    uint64_t tasks, timers, channels, contexts;
};

static struct held held_now(void)
{
    return (struct held){task_stats.live, task_stats.timers, task_stats.channels,
                         task_stats.contexts};
}

static uint64_t sum_now(void)
{
    struct held now = held_now();
    return now.tasks + now.timers + now.channels + now.contexts;
}

static uint64_t heap_now(void)
{
    uint64_t allocated = 0, freed = 0;
    size_t size = sizeof allocated;
    if (mallctl && (mallctl("thread.allocated", &allocated, &size, NULL, 0) ||
                    mallctl("thread.deallocated", &freed, &size, NULL, 0)))
        fail_msg("jemalloc does not tell what the thread has allocated");
    return allocated - freed - task_stats.own_heap;
}

static struct held before, noted;
static char course[4096];

static void add_words(const char *words)
{
    snprintf(course + strlen(course), sizeof course - strlen(course), "%s", words);
}

static void add_number(uint64_t number, const char *word)
{
    char words[64];
    snprintf(words, sizeof words, " %lu %s%s", (unsigned long)number, word, number == 1 ? "" : "s");
    if (number)
        add_words(words);
}

static void note_held(const char *when)
{
    struct held now = held_now();
    if (memcmp(&now, &noted, sizeof now) == 0)
        return;
    noted = now;
    add_words(*course ? "; " : "");
    add_words(when);
    if (memcmp(&now, &before, sizeof now) == 0)
        add_words(" nothing");
    add_number(now.tasks - before.tasks, "task");
    add_number(now.timers - before.timers, "timer");
    add_number(now.channels - before.channels, "channel");
    add_number(now.contexts - before.contexts, "context");
}

/* --- A course ------------------------------------------------------------------------------------ */

static size_t at;

/* Noted are the first changes, but for those that go on like the one before, and what there is in the end. */
static void take_requests(void)
{
    enum { FIRST = 4 };
    char when[32];
    uint64_t last = sum_now(), step = 0;
    for (int i = 1, notes = 0; i <= all[at].requests; i++) {
        if (i > 1)
            task_sleep(10 * MILLISECOND);
        controls_find(all[at].id)->entry[VARIANT_FIX](ctx_background());
        settle();
        uint64_t now = sum_now();
        snprintf(when, sizeof when, "%d:", i);
        if (i == all[at].requests || (now != last && now - last != step && notes++ < FIRST))
            note_held(when);
        step = now - last;
        last = now;
    }
}

/* By milliseconds, then seconds, and in the end by minutes, up to this number of each. */
static void wait_for_its_end(void)
{
    static const struct {
        int most;
        int64_t step;
        const char *unit;
    } steps[] = {{20, MILLISECOND, "ms"}, {1200, SECOND, "s"}, {1500, MINUTE, "min"}};
    int64_t began = clock_now();
    char when[32];
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        for (int n = 1; n <= steps[i].most; n++) {
            int64_t due = began + n * steps[i].step;
            if (due <= clock_now())
                continue;
            task_sleep(due - clock_now());
            settle();
            snprintf(when, sizeof when, "+%d %s:", n, steps[i].unit);
            note_held(when);
        }
}

static void run_course(void *unused)
{
    (void)unused;
    before = noted = held_now();
    take_requests();
    wait_for_its_end();
    if (strcmp(course, all[at].course) != 0)
        fail_msg("%s:\n%s\ninstead of:\n%s", all[at].id, course, all[at].course);
}

static void each_goes_its_course(void **state)
{
    (void)state;
    assert_int_equal(controls_length, sizeof all / sizeof *all);
    for (at = 0; at < sizeof all / sizeof *all; at++)
        support_run_once(run_course);
}

/* --- Their heap ---------------------------------------------------------------------------------- */

static uint64_t heap_after(const char *id, int *done, int requests)
{
    while (*done < requests) {
        controls_find(id)->entry[VARIANT_FIX](ctx_background());
        ++*done;
    }
    return heap_now();
}

/* 700 records of 400 bytes or more, and then none. */
static void run_batch(void *unused)
{
    (void)unused;
    static const char id[] = "batch_of_records";
    int done = 0;
    for (int turn = 0; turn < 2; turn++) {
        uint64_t empty = heap_now();
        assert_true(heap_after(id, &done, 700 * turn + 699) - empty >= UINT64_C(699) * 400);
        assert_int_equal(heap_after(id, &done, 700 * turn + 700), empty);
    }
}

static void run_cache(void *unused)
{
    (void)unused;
    static const char id[] = "bounded_cache";
    int done = 0;
    uint64_t empty = heap_now(), one = heap_after(id, &done, 1) - empty;
    assert_true(one >= 512);
    assert_int_equal(heap_after(id, &done, 99) - empty, 99 * one);
    for (int requests = 100; requests <= 202; requests++)
        assert_int_equal(heap_after(id, &done, requests) - empty, 100 * one);
}

/* All of them end: their second course leaves nothing that the first has not. */
static void run_twice(void *unused)
{
    (void)unused;
    uint64_t heap[2];
    for (int turn = 0; turn < 2; turn++) {
        take_requests();
        wait_for_its_end();
        heap[turn] = heap_now();
    }
    assert_int_equal(heap[1], heap[0]);
}

static void none_keeps_more_heap_than_it_needs(void **state)
{
    (void)state;
    if (!mallctl)
        support_skip("without jemalloc nobody counts a thread's heap");
    support_run_once(run_batch);
    support_run_once(run_cache);
    for (at = 0; at < sizeof all / sizeof *all; at++)
        if (strstr(all[at].course, " nothing"))
            support_run_once(run_twice);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_goes_its_course),
        cmocka_unit_test(none_keeps_more_heap_than_it_needs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
