/* What is kept of a case: looks at its gauges, what is made of them, where its growth sits; by gauges filled in
 * here, of this very process. */
#include "test/words.h"

#include "catalog.h"
#include "probe/attribution.h"
#include "probe/outcome.h"
#include <math.h>
#include <unistd.h>

static const struct settings settings = {.rate = 1000};

static struct outcome outcome_with_gauges(void)
{
    struct outcome outcome = outcome_of(catalog_find("channel_receive"), VARIANT_LEAK, &settings);
    outcome.gauges = gauges_make(&settings, &outcome.gauges_fd);
    assert_non_null(outcome.gauges);
    return outcome;
}

static void end(struct outcome *outcome)
{
    close(outcome->gauges_fd);
    outcome_free(outcome);
    assert_null(outcome->gauges);
    assert_int_equal(outcome->gauges_fd, -1);
    assert_int_equal(outcome->sample_count, 0);
}

/* --- Looking -------------------------------------------------------------------------------- */

static void a_look_takes_what_the_gauges_say(void **state)
{
    (void)state;
    struct memory_watch watch;
    struct outcome outcome = outcome_with_gauges();
    struct gauges *g = outcome.gauges;
    assert_true(memory_watch_start(&watch, getpid()));
    g->progress.phase = PHASE_LOAD;
    g->progress.sent = 1, g->progress.finished = 2, g->progress.refused = 3;
    g->progress.harness_tasks = 4;
    g->progress.heap = (struct heap){5, 6, 7, 8};
    g->runtime.live = 13, g->runtime.timers = 10, g->runtime.channels = 11,
    g->runtime.contexts = 12;
    g->runtime.armed = 14, g->runtime.stacks_used = 15, g->runtime.stacks_reserved = 16;
    g->runtime.waiting[WAIT_SELECT] = 17;
    for (int i = 0; i < 200; i++) { /* more than there is room for at first */
        const struct sample *s = outcome_look(&outcome, &watch, i % 2, true);
        assert_ptr_equal(s, &outcome.samples[i]);
        assert_int_equal(outcome.sample_count, i + 1);
        assert_int_equal(s->phase, PHASE_LOAD);
        assert_int_equal(s->phase_ends, i % 2);
        assert_int_equal(s->memory.exact, i % 2);
        assert_true(s->sent == 1 && s->finished == 2 && s->refused == 3);
        assert_true(s->counts.tasks == 9 && s->counts.timers == 10 && s->counts.channels == 11);
        assert_true(s->counts.contexts == 12 && s->counts.heap == 5);
        assert_int_equal(s->counts.waiting[WAIT_SELECT], 17);
        assert_int_equal(s->counts.waiting[WAIT_CHAN_RECEIVE], 0);
        assert_true(s->armed == 14 && s->stacks_used == 15 && s->stacks_reserved == 16);
        assert_memory_equal(&s->heap, &g->progress.heap, sizeof s->heap);
        assert_true(s->memory.rss > 0);
        assert_true(s->limited == s->memory.rss + s->memory.page_tables - (int64_t)sizeof *g);
        assert_int_equal(s->memory.charged, -1);
        assert_true(i == 0 || s->time >= outcome.samples[i - 1].time);
    }
    assert_false(outcome_look(&outcome, &watch, true, false)->memory.exact); /* not wanted */
    g->runtime.live = 3; /* not all of the harness's are there yet */
    assert_int_equal(outcome_look(&outcome, &watch, false, true)->counts.tasks, 0);
    memory_watch_end(&watch);
    assert_null(outcome_look(&outcome, &watch, false, true)); /* it is gone */
    assert_int_equal(outcome.sample_count, 202);
    end(&outcome);
}

static void what_its_group_is_charged_is_read_where_there_is_one(void **state)
{
    (void)state;
    struct memory_watch watch;
    struct outcome outcome = outcome_with_gauges();
    FILE *charged = tmpfile();
    fputs("123456\n", charged);
    fflush(charged);
    assert_true(memory_watch_start(&watch, getpid()));
    outcome.charged_fd = fileno(charged);
    assert_int_equal(outcome_look(&outcome, &watch, false, true)->memory.charged, -1);
    outcome.limit_by = LIMIT_CGROUP_V2;
    assert_int_equal(outcome_look(&outcome, &watch, false, true)->memory.charged, 123456);
    outcome.charged_fd = -1;
    assert_int_equal(outcome_look(&outcome, &watch, false, true)->memory.charged, -1);
    memory_watch_end(&watch);
    fclose(charged);
    end(&outcome);
}

/* --- What is made of it --------------------------------------------------------------------- */

static void tasks_left_are_those_over_the_baseline(void **state)
{
    (void)state;
    struct outcome outcome = outcome_with_gauges();
    struct gauges *g = outcome.gauges;
    struct counts *counts = g->legs[LEG_LOAD].counts;
    counts[MOMENT_BASELINE].tasks = 10;
    counts[MOMENT_LEFT].tasks = 30;
    g->runtime.live = 54;
    g->progress.harness_tasks = 4;
    g->progress.phase = PHASE_SETTLE; /* it did not get to the end: those of now */
    assert_int_equal(outcome_tasks_left(&outcome), 40);
    g->progress.phase = PHASE_DONE;
    assert_int_equal(outcome_tasks_left(&outcome), 20);
    counts[MOMENT_LEFT].tasks = 9;
    assert_int_equal(outcome_tasks_left(&outcome), -1);
    g->progress.sent = 7, g->progress.refused = 2;
    assert_int_equal(outcome_started(&outcome), 5);
    g->progress.refused = 8;
    assert_int_equal(outcome_started(&outcome), 0);
    end(&outcome);
    struct outcome none = outcome_of(&catalog[0], VARIANT_FIX, &settings);
    assert_int_equal(outcome_tasks_left(&none), 0);
    assert_int_equal(outcome_started(&none), 0);
}

static void latencies_are_taken_from_the_gauges_once(void **state)
{
    (void)state;
    struct outcome outcome = outcome_with_gauges();
    for (int64_t i = 0; i < 4; i++)
        assert_true(latencies_put(&outcome.gauges->latencies, (struct latency){i, 40 - 11 * i}));
    outcome_take_latencies(&outcome);
    outcome_take_latencies(&outcome);
    assert_int_equal(outcome.latency_count, 4);         /* once */
    assert_int_equal(outcome.latencies[1].service, 29); /* in their order */
    assert_true(outcome_quantile(&outcome, LATENCY_RESPONSE, 0.5) == 25);
    assert_true(outcome_quantile(&outcome, LATENCY_RESPONSE, 0) == 10 &&
                outcome_quantile(&outcome, LATENCY_RESPONSE, 1) == 40);
    outcome.gauges->progress.sent = 8; /* four never returned */
    assert_true(outcome_quantile(&outcome, LATENCY_RESPONSE, 3 / 7.0) == 40);
    assert_true(isinf(outcome_quantile(&outcome, LATENCY_RESPONSE, 0.43)));
    assert_true(isinf(outcome_quantile(&outcome, LATENCY_SERVICE, 0.43)));
    assert_true(outcome_quantile(&outcome, LATENCY_LATE, 1) == 3); /* of those that returned */
    /* One that no task could be made for has never returned either: it is not left out, and no fast one. */
    outcome.gauges->progress.refused = 4;
    assert_int_equal(outcome_started(&outcome), 4);
    assert_true(isinf(outcome_quantile(&outcome, LATENCY_RESPONSE, 0.43)));
    end(&outcome);
}

static void growth_is_from_before_load_to_after_it(void **state)
{
    (void)state;
    int64_t growth = 0;
    struct sample samples[] = {
        {.phase = PHASE_BASELINE, .memory.rss = 1},
        {.phase = PHASE_BASELINE, .phase_ends = true, .memory.rss = 100},
        {.phase = PHASE_LOAD, .memory.rss = 150},
        {.phase = PHASE_DRAIN, .memory.rss = 160},
        {.phase = PHASE_DRAIN, .phase_ends = true, .memory.rss = 170},
        {.phase = PHASE_SETTLE, .phase_ends = true, .memory.rss = 50},
    };
    struct outcome outcome = {.samples = samples, .sample_count = 6};
    assert_ptr_equal(outcome_phase_end(&outcome, PHASE_BASELINE), &samples[1]);
    assert_ptr_equal(outcome_phase_end(&outcome, PHASE_SETTLE), &samples[5]);
    assert_null(outcome_phase_end(&outcome, PHASE_LOAD));
    assert_true(outcome_rss_growth(&outcome, &growth) && growth == 70);
    outcome.sample_count = 3; /* it died under load: what was seen last */
    assert_true(outcome_rss_growth(&outcome, &growth) && growth == 50);
    outcome.sample_count = 2;
    assert_false(outcome_rss_growth(&outcome, &growth));
    outcome.sample_count = 1;
    assert_false(outcome_rss_growth(&outcome, &growth));
}

static void names_of_programs_and_limits(void **state)
{
    (void)state;
    char text[OUTCOME_VARIANT];
    const struct twin go = {"go", "", "", "a\nb_c\n"}, all = {"go", "", "", NULL};
    static const struct pair control = {.is_control = true};
    struct outcome outcome = {.pair = &control, .variant = VARIANT_FIX};
    assert_string_equal(outcome_variant(&outcome, text), "control");
    outcome.pair = &catalog[0];
    assert_string_equal(outcome_variant(&outcome, text), "fix");
    outcome.twin = &go;
    assert_string_equal(outcome_variant(&outcome, text), "go fix");
    assert_true(twin_has(&go, "a") && twin_has(&go, "b_c") && twin_has(&all, "b"));
    assert_false(twin_has(&go, "b") || twin_has(&go, "b_c_") || twin_has(&go, "") ||
                 twin_has(&go, "c"));
    const struct twin last = {"go", "", "", "a\nb"};
    assert_true(twin_has(&last, "b"));
    assert_false(twin_has(&last, "c"));
    assert_string_equal(limit_by_text(LIMIT_NONE), "nobody");
    assert_string_equal(limit_by_text(LIMIT_CGROUP_V2), "a memory cgroup, version 2");
    assert_string_equal(limit_by_text(LIMIT_CGROUP_V1), "a memory cgroup, version 1");
    assert_string_equal(limit_by_text(LIMIT_METER), "the meter");
    assert_string_equal(limit_by_text(LIMIT_METER + 1), "unknown");
    assert_string_equal(phase_text(PHASE_WARM_UP), "warm-up");
    assert_string_equal(phase_text(PHASE_DONE), "done");
    assert_string_equal(phase_text(PHASES), "unknown");
}

static void last_words_are_those_that_say_why(void **state)
{
    (void)state;
    assert_string_equal(outcome_why("x\npanic: y"), "panic: y");
    assert_string_equal(outcome_why("==1==ERROR: A: b"), "ERROR: A: b");
    assert_string_equal(outcome_why("a.c:1: runtime error: c"), "runtime error: c");
    assert_string_equal(outcome_why("fatal error: d\nleaklab: e"), "fatal error: d\nleaklab: e");
    assert_string_equal(outcome_why("leaklab: e"), "leaklab: e");
    assert_null(outcome_why("nothing of the kind"));
}

/* --- Where growth sits ---------------------------------------------------------------------- */

static struct sample memory_of(int64_t stacks, int64_t heap, int64_t active)
{
    return (struct sample){
        .stacks_used = (uint64_t)stacks / 4096,
        .heap = {.active = active, .resident = heap + 100},
        .memory = {.rss = stacks + heap + 600,
                   .file = 200,
                   .shared = 300,
                   .page_tables = stacks / 32,
                   .mappings = {stacks, heap, 100, 200, 300}},
    };
}

static void of_what_is_active_only_that_counts_which_was_touched(void **state)
{
    (void)state;
    struct attribution a;
    struct sample before = memory_of(4096, 10000, 9000), after = memory_of(8192, 20000, 30000);
    assert_true(attribution_between(&before, &after, &a));
    assert_true(a.part[SHARE_HEAP_IN_USE] == 10000 && a.part[SHARE_HEAP_HELD] == 0);
    after.heap.active = 15000;
    attribution_between(&before, &after, &a);
    assert_true(a.part[SHARE_HEAP_IN_USE] == 6000 && a.part[SHARE_HEAP_HELD] == 4000);
    after.heap.active = -1; /* another allocator */
    attribution_between(&before, &after, &a);
    assert_true(a.part[SHARE_HEAP_IN_USE] == 10000 && a.part[SHARE_HEAP_HELD] == 0);
    after = memory_of(8192, 5000, 1000); /* it shrinks */
    attribution_between(&before, &after, &a);
    assert_true(a.part[SHARE_HEAP_IN_USE] == -5000 && a.part[SHARE_HEAP_HELD] == 0);
    after.heap.active = 6000;
    attribution_between(&before, &after, &a);
    assert_true(a.part[SHARE_HEAP_IN_USE] == -3000 && a.part[SHARE_HEAP_HELD] == -2000);
}

static void without_mappings_the_counters_tell(void **state)
{
    (void)state;
    struct attribution a;
    double page = (double)sysconf(_SC_PAGESIZE);
    struct sample before = memory_of(4096, 10000, 9000), after = memory_of(12288, 20000, 11000);
    after.memory.file = 250, after.memory.shared = 310;
    after.memory.mappings.stacks = 0; /* not recognised: tasks have some */
    assert_true(attribution_between(&before, &after, &a));
    assert_false(a.by_mappings);
    assert_true(a.part[SHARE_STACKS] == 2 * page && a.part[SHARE_PROGRAM] == 0);
    assert_true(a.part[SHARE_FILES] == 50 && a.part[SHARE_SHARED] == 10);
    assert_true(a.part[SHARE_HEAP_IN_USE] == 2000 && a.part[SHARE_HEAP_HELD] == 8000);
    assert_true(a.growth == 18192 && fabs(a.rest - (18192 - 2 * page - 50 - 10 - 10000)) < 1e-9);
    after.heap.resident = -1;
    after.memory.file = -1;
    attribution_between(&before, &after, &a);
    assert_true(a.part[SHARE_FILES] == 0 &&
                a.part[SHARE_HEAP_IN_USE] + a.part[SHARE_HEAP_HELD] == 0);
    before.memory.mappings.stacks = -1;
    after = memory_of(0, 20000, 11000);
    attribution_between(&before, &after, &a);
    assert_false(a.by_mappings);
    before = memory_of(0, 10000, 9000); /* no tasks, no stacks: that is recognised */
    attribution_between(&before, &after, &a);
    assert_true(a.by_mappings);
}

static void what_was_not_seen_is_not_attributed(void **state)
{
    (void)state;
    struct attribution a;
    struct sample before = memory_of(4096, 1, 1), gone = before;
    gone.memory.rss = -1;
    assert_false(attribution_between(NULL, &before, &a));
    assert_true(isnan(a.growth) && isnan(a.rest) && isnan(a.page_tables) && isnan(a.part[0]));
    assert_false(attribution_between(&before, NULL, &a));
    assert_false(attribution_between(&gone, &before, &a));
    assert_false(attribution_between(&before, &gone, &a));
    assert_true(isnan(attribution_accounted(&a)));
    gone = before;
    gone.memory.page_tables = -1;
    assert_true(attribution_between(&before, &gone, &a));
    assert_true(isnan(a.page_tables) && a.growth == 0);
    assert_true(isnan(attribution_accounted(&a)));
    a = (struct attribution){.growth = 100, .rest = -10};
    assert_true(fabs(attribution_accounted(&a) - 0.9) < 1e-9);
    a.rest = 150;
    assert_true(attribution_accounted(&a) == 0);
}

static void means_are_of_all(void **state)
{
    (void)state;
    struct attribution two[2] = {{.growth = 10, .rest = 2, .page_tables = 4, .by_mappings = true},
                                 {.growth = 30, .rest = 4, .page_tables = 0, .by_mappings = true}};
    for (enum share share = 0; share < SHARES; share++) {
        two[0].part[share] = share;
        two[1].part[share] = share + 4;
    }
    struct attribution mean = attribution_mean(two, 2);
    assert_true(mean.growth == 20 && mean.rest == 3 && mean.page_tables == 2 && mean.by_mappings);
    for (enum share share = 0; share < SHARES; share++)
        assert_true(mean.part[share] == share + 2);
    two[1].by_mappings = false;
    assert_false(attribution_mean(two, 2).by_mappings);
    mean = attribution_mean(NULL, 0);
    assert_true(mean.growth == 0 && !mean.by_mappings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_look_takes_what_the_gauges_say),
        cmocka_unit_test(what_its_group_is_charged_is_read_where_there_is_one),
        cmocka_unit_test(tasks_left_are_those_over_the_baseline),
        cmocka_unit_test(latencies_are_taken_from_the_gauges_once),
        cmocka_unit_test(growth_is_from_before_load_to_after_it),
        cmocka_unit_test(names_of_programs_and_limits),
        cmocka_unit_test(last_words_are_those_that_say_why),
        cmocka_unit_test(of_what_is_active_only_that_counts_which_was_touched),
        cmocka_unit_test(without_mappings_the_counters_tell),
        cmocka_unit_test(what_was_not_seen_is_not_attributed),
        cmocka_unit_test(means_are_of_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
