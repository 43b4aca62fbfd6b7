/* What is said of a case that did not come to its end: how it ended, where, and what there was by then. */
#include "test/support.h"

#include "probe/verdict.h"
#include <stdio.h>
#include <unistd.h>
#include <uv.h>

static const struct pair right = {
    .id = "right", .expected = {[VARIANT_LEAK] = {.parked = {[WAIT_CHAN_RECEIVE] = 1}}}};

static void on_loop(uv_loop_t *loop)
{
    (void)loop;
}

static const struct pair plain = {.id = "plain",
                                  .on_loop = {on_loop, on_loop},
                                  .expected = {[VARIANT_LEAK] = {.descriptors = 1}}};

/* Died in this phase, when so many requests were sent and this was left. */
struct death {
    const struct pair *pair;
    enum variant variant;
    enum ended how;
    int status;
    bool by_limit;
    enum phase phase;
    uint64_t sent, tasks;
    const char *last; /* it said */
    const char *words;
    enum verdict_kind kind;
};

static void judge_death(const struct death *d)
{
    struct sample looks[] = {{.memory.rss = 1 << 20}, {.memory.rss = 3 << 19}};
    const struct settings limited = {.rate = 1000, .memory_limit = 64 << 20};
    struct outcome outcome = outcome_of(d->pair, d->variant, &limited);
    struct verdict verdict;
    outcome.gauges = gauges_make(&limited, &outcome.gauges_fd);
    assert_non_null(outcome.gauges);
    close(outcome.gauges_fd);
    outcome.gauges->progress.sent = d->sent;
    outcome.limit_by = LIMIT_METER;
    outcome.killed_by_limit = d->by_limit;
    outcome.ending.how = d->how;
    outcome.ending.status = d->status;
    snprintf(outcome.ending.words, sizeof outcome.ending.words, "%s", d->last);
    struct gauges *g = outcome.gauges;
    g->progress.phase = d->phase;
    g->runtime.live = d->tasks + 3;
    g->progress.harness_tasks = 1;
    g->legs[LEG_LOAD].counts[MOMENT_BASELINE].tasks = 2;
    g->legs[LEG_LOAD].counts[MOMENT_BASELINE].descriptors = 9;
    g->progress.plain = (struct counts){.descriptors = 9 + d->tasks, .threads = d->tasks ? 1 : 0};
    outcome.samples = looks;
    outcome.sample_count = d->sent ? 2 : 0;
    verdict_of(&outcome, JUDGE_EXACTLY, &verdict);
    assert_string_equal(verdict.words, d->words);
    assert_int_equal(verdict.kind, d->kind);
    assert_int_equal(verdict.as_catalogued, d->kind == VERDICT_LEAK);
    assert_string_equal(verdict.wrong, "");
    outcome.samples = NULL;
    outcome_free(&outcome);
}

static void a_death_is_told_with_where_it_came(void **state)
{
    (void)state;
    static const struct death deaths[] = {
        {&right, VARIANT_LEAK, ENDED_SIGNAL, 11, false, PHASE_LOAD, 7, 5, "panic: sad",
         "DIED by signal 11 (Segmentation fault) in load after 7 requests, 5 tasks left by them, "
         "1.5 MiB at the last look: panic: sad",
         VERDICT_DIED},
        {&right, VARIANT_FIX, ENDED_TOO_LONG, 9, false, PHASE_SETTLE, 1, 0, "",
         "DIED, killed because it came to no end in settle after 1 requests, 0 tasks left by them, "
         "1.5 MiB at the last look",
         VERDICT_DIED},
        {&right, VARIANT_FIX, ENDED_EXIT, 3, false, PHASE_WARM_UP, 0, 0, "no room",
         "DIED with exit status 3 in warm-up after 0 requests: no room", VERDICT_DIED},
        {&right, VARIANT_FIX, ENDED_INTERRUPTED, 9, false, PHASE_LOAD, 7, 5, "",
         "interrupted in load after 7 requests, 5 tasks left by them, 1.5 MiB at the last look",
         VERDICT_INTERRUPTED},
        {&right, VARIANT_LEAK, ENDED_SIGNAL, 9, true, PHASE_LOAD, 7, 5, "",
         "LEAK, killed by the memory limit of 64.0 MiB, kept by the meter, in load after 7 "
         "requests, 5 tasks left by them, 1.5 MiB at the last look",
         VERDICT_LEAK},
        {&right, VARIANT_FIX, ENDED_SIGNAL, 9, true, PHASE_LOAD, 7, 5, "",
         "DIED by the memory limit of 64.0 MiB, kept by the meter, in load after 7 requests, 5 "
         "tasks left by them, 1.5 MiB at the last look",
         VERDICT_DIED},
        {&right, VARIANT_LEAK, ENDED_SIGNAL, 9, true, PHASE_BASELINE, 0, 0, "",
         "DIED by the memory limit of 64.0 MiB, kept by the meter, in baseline after 0 requests: "
         "it "
         "needs more than that to start",
         VERDICT_DIED},
        {&plain, VARIANT_LEAK, ENDED_SIGNAL, 9, true, PHASE_DRAIN, 7, 5, "",
         "LEAK, killed by the memory limit of 64.0 MiB, kept by the meter, in drain after 7 "
         "requests, 5 descriptors, 1 thread left by them, 1.5 MiB at the last look",
         VERDICT_LEAK},
        {&plain, VARIANT_FIX, ENDED_EXIT, 1, false, PHASE_LOAD, 7, 0, "",
         "DIED with exit status 1 in load after 7 requests, nothing left by them, 1.5 MiB at the "
         "last look",
         VERDICT_DIED},
    };
    for (size_t i = 0; i < sizeof deaths / sizeof *deaths; i++)
        judge_death(&deaths[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_death_is_told_with_where_it_came),
    };
    return cmocka_run_group_tests_name("ended", tests, NULL, NULL);
}
