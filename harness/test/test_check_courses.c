/* How what there is goes on with the requests tells a leak from what fills up, comes down or ends: over cases that
 * really run, under the virtual clock. */
#include "test/judged_requests.h"
#include "test/judging.h"

#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/timer.h"
#include <inttypes.h>
#include <stdlib.h>

static int number; /* of the request */

/* Most of the time it does not grow. */
static void log_in_a_vector(struct ctx *request)
{
    static uint64_t *log;
    static size_t length, room;
    (void)request;
    if (length == room) {
        room = room ? 2 * room : 8;
        uint64_t *larger = realloc(log, room * sizeof *log);
        assert_non_null(larger);
        log = larger;
    }
    log[length] = length;
    length++;
}

static void leak_one_in_fifty(struct ctx *request)
{
    if (++number % 50 == 0)
        leak_receiver(request);
}

/* What comes down leaves one behind each time. */
static void flush_and_keep_one(struct ctx *request)
{
    static struct chan *flushed;
    if (!flushed)
        flushed = chan_make(int, 0);
    go(wait_for_ever, chan_ref(flushed));
    if (++number % 40)
        return;
    chan_close(flushed);
    chan_drop(flushed);
    flushed = NULL;
    leak_receiver(request);
}

static void flush(struct ctx *request)
{
    enum { FLUSHED = 90 };
    static void *kept[FLUSHED];
    (void)request;
    kept[number++] = malloc(1000);
    if (number == FLUSHED)
        while (number)
            free(kept[--number]);
}

static void leak_in_bursts(struct ctx *request)
{
    bool full = ++number % 100 == 0;
    for (int i = 0; full && i < 100; i++)
        leak_receiver(request);
}

static void slow_down(struct ctx *request)
{
    enum { NAMES = 1000 };
    static struct chan *seen[NAMES];
    static uint64_t state = 1;
    (void)request;
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    size_t name = (state >> 33) % NAMES;
    if (!seen[name])
        seen[name] = chan_make(int, 1);
}

static void look_a_thousand_times(void *arg)
{
    (void)arg;
    for (int i = 0; i < 1000; i++)
        task_sleep(SECOND);
}

static void look_again(struct ctx *request)
{
    (void)request;
    go(look_a_thousand_times, NULL);
}

static void remind(void *arg)
{
    timer_drop(timer_go(SECOND, remind, arg));
}

static void leak_heirs(struct ctx *request)
{
    (void)request;
    remind(NULL);
}

static void sleep_a_microsecond(void *arg)
{
    (void)arg;
    for (;;)
        task_sleep(MICROSECOND);
}

static void leak_fast_sleeper(struct ctx *request)
{
    (void)request;
    go(sleep_a_microsecond, NULL);
}

static const struct pair pairs[] = {
    {.id = "vector", .entry = {nothing, log_in_a_vector}},
    {.id = "rare", .entry = {nothing, leak_one_in_fifty}},
    {.id = "keeps_one", .entry = {nothing, flush_and_keep_one}},
    {.id = "flush", .entry = {nothing, flush}},
    {.id = "bursts", .entry = {nothing, leak_in_bursts}},
    {.id = "slows_down", .entry = {nothing, slow_down}},
    {.id = "looks", .entry = {look_again}, LEAVES(.tasks_held = 1, .held_for = 1000 * SECOND)},
    {.id = "heirs", .entry = {leak_heirs}, LEAVES(.timers = 1, .timers_held = 1)},
    {.id = "fast_sleeper", .entry = {leak_fast_sleeper}, LEAVES(.parked = {[WAIT_SLEEP] = 1})},
};

static struct verdict judged_after(uint64_t warm_up, const char *id, enum variant variant,
                                   uint64_t requests)
{
    struct settings settings = checked();
    struct verdict verdict;
    settings.requests = requests;
    settings.warm_up = warm_up;
    struct outcome outcome = run_with(id, variant, &settings, 0);
    verdict_of(&outcome, JUDGE_EXACTLY, &verdict);
    outcome_free(&outcome);
    return verdict;
}

static struct verdict judged_with(const char *id, enum variant variant, uint64_t requests)
{
    return judged_after(requests, id, variant, requests);
}

static void expect_words(struct verdict verdict, const char *words)
{
    if (strncmp(verdict.words, words, strlen(words)) != 0)
        fail_msg("\"%s\", where it should be \"%s\"", verdict.words, words);
}

/* Wherever between two steps load ends: most of it has seen none. */
static void a_vector_that_doubles_is_no_full_pool(void **state)
{
    (void)state;
    for (uint64_t requests = 100; requests <= 220; requests += 24) {
        struct verdict verdict = judged_with("vector", VARIANT_FIX, requests);
        if (support_is_instrumented())
            continue; /* whose heap is not read */
        if (verdict.kind != VERDICT_LEAK || !strstr(verdict.words, " heap bytes/request"))
            fail_msg("%" PRIu64 " requests: \"%s\"", requests, verdict.words);
    }
}

static void what_comes_down_is_told_by_how_far_it_does(void **state)
{
    (void)state;
    for (uint64_t requests = 400; requests <= 500; requests += 50)
        expect_words(judged_with("flush", VARIANT_FIX, requests), "clean");
    struct verdict verdict = judged_with("keeps_one", VARIANT_FIX, 1000);
    assert_int_equal(verdict.kind, VERDICT_LEAK);
}

static void what_comes_seldom_or_by_the_hundred_is_a_leak_all_the_same(void **state)
{
    (void)state;
    expect_words(judged_with("rare", VARIANT_FIX, 1000), "LEAK 0.020 task/request");
    expect_words(judged_with("bursts", VARIANT_FIX, 800), "LEAK 1.000 task/request");
}

static void what_slows_down_may_come_to_an_end(void **state)
{
    (void)state;
    struct verdict verdict = judged_after(100, "slows_down", VARIANT_FIX, 2000);
    expect_words(verdict, "UNSURE ");
    assert_non_null(strstr(verdict.words, ": the longer the slower in 2000 requests"));
    assert_true(verdict.as_catalogued);
    expect_words(judged_with("slows_down", VARIANT_FIX, 10000), "clean");
}

static void what_time_wakes_often_is_let_end_where_it_does(void **state)
{
    (void)state;
    struct verdict verdict = judged_with("looks", VARIANT_LEAK, 100);
    expect_words(verdict, "HOLDS 1.000 task/request for 16.7 min");
    assert_true(verdict.as_catalogued);
    verdict = judged_with("heirs", VARIANT_LEAK, 100);
    expect_words(verdict, "LEAK 1.000 timer/request made at ");
    assert_true(verdict.as_catalogued);
    verdict = judged_with("fast_sleeper", VARIANT_LEAK, 40);
    expect_words(verdict, "LEAK 1.000 task/request, sleep at ");
    assert_true(verdict.as_catalogued);
}

int main(int argc, char **argv)
{
    JUDGING_BEGIN(argc, argv);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_vector_that_doubles_is_no_full_pool),
        cmocka_unit_test(what_comes_down_is_told_by_how_far_it_does),
        cmocka_unit_test(what_comes_seldom_or_by_the_hundred_is_a_leak_all_the_same),
        cmocka_unit_test(what_slows_down_may_come_to_an_end),
        cmocka_unit_test(what_time_wakes_often_is_let_end_where_it_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
