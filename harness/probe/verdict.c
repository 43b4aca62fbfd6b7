#include "probe/verdict.h"
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A line that is put together piece by piece; what does not fit is cut. */
struct line {
    char *text;
    size_t size, length;
};

__attribute__((format(printf, 2, 3))) static void add(struct line *line, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(line->text + line->length, line->size - line->length, format, arguments);
    va_end(arguments);
    size_t longest = line->size - 1;
    line->length = n < 0 || line->length + (size_t)n > longest ? longest : line->length + (size_t)n;
}

/* What load left behind at two moments, over the baseline. */
struct left {
    double requests;
    int64_t tasks, waiting[WAIT_REASONS];
    int64_t timers, timers_held, channels, contexts, heap;
    bool heap_known;
};

static struct left left_behind(const struct outcome *outcome)
{
    const struct counts *counts = outcome->gauges->counts;
    const struct counts *before = &counts[MOMENT_BASELINE], *held = &counts[MOMENT_HELD],
                        *after = &counts[MOMENT_LEFT];
    struct left left = {
        .requests = (double)outcome_started(outcome),
        .tasks = (int64_t)(after->tasks - before->tasks),
        .timers = (int64_t)(after->timers - before->timers),
        .timers_held = (int64_t)(held->timers - before->timers),
        .channels = (int64_t)(after->channels - before->channels),
        .contexts = (int64_t)(after->contexts - before->contexts),
        .heap = after->heap - before->heap,
        .heap_known = after->heap >= 0 && before->heap >= 0,
    };
    for (int reason = 0; reason < WAIT_REASONS; reason++)
        left.waiting[reason] = (int64_t)(after->waiting[reason] - before->waiting[reason]);
    return left;
}

/* --- What was seen -------------------------------------------------------------------------- */

static void add_places(struct line *line, const struct parked *parked)
{
    enum { PLACES = 3 };
    bool ticking = false;
    uint64_t more = parked->omitted;
    for (size_t i = 0; i < parked->length && i < PARKED_GROUPS; i++) {
        const struct parked_group *group = &parked->groups[i];
        if (i >= PLACES) {
            more += group->count;
            continue;
        }
        add(line, "%s %s", i ? " and" : ",", wait_reason_text((enum wait_reason)group->reason));
        if (group->file[0])
            add(line, " at %s:%" PRIu32, group->file, group->line);
        ticking |= group->kept_awake != 0;
    }
    if (more)
        add(line, " and %" PRIu64 " tasks elsewhere", more);
    if (ticking)
        add(line, ", kept awake only by its own ticker");
}

static void add_leak(struct line *line, const struct left *left, const struct parked *parked)
{
    const char *separator = " ";
    add(line, "LEAK");
    if (left->tasks > 0) {
        add(line, " %.3f task/request", (double)left->tasks / left->requests);
        add_places(line, parked);
        separator = ", ";
    }
    if (left->timers > 0)
        add(line, "%s%.3f timer/request", separator, (double)left->timers / left->requests);
}

/* What only an exact look finds, where no task and no timer is left. */
static bool add_objects(struct line *line, const struct left *left)
{
    const struct {
        int64_t count;
        const char *unit;
    } kinds[] = {{left->channels, "channel/request"},
                 {left->contexts, "context/request"},
                 {left->heap_known ? left->heap : 0, "heap bytes/request"}};
    bool any = false;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (kinds[i].count <= 0)
            continue;
        add(line, "%s %.3f %s", any ? "," : "LEAK", (double)kinds[i].count / left->requests,
            kinds[i].unit);
        any = true;
    }
    return any;
}

static enum verdict_kind say_what_was_seen(struct line *line, const struct left *left,
                                           const struct parked *parked, enum strictness strictness)
{
    if (left->tasks > 0 || left->timers > 0) {
        add_leak(line, left, parked);
        return VERDICT_LEAK;
    }
    if (left->timers_held > 0) {
        add(line,
            "GROWS %.3f timer/request held under load, all gone after settle: growth, not a leak "
            "for ever",
            (double)left->timers_held / left->requests);
        return VERDICT_GROWS;
    }
    if (strictness == JUDGE_EXACTLY && add_objects(line, left))
        return VERDICT_LEAK;
    add(line, "clean");
    return VERDICT_CLEAN;
}

/* Of a twin its tasks tell; where timers are what its pair is about, that they do not. */
static enum verdict_kind say_what_a_twin_left(struct line *line, const struct outcome *outcome,
                                              const struct left *left)
{
    bool about_timers = outcome->pair->expected[VARIANT_LEAK].timers_held > 0;
    if (left->tasks > 0)
        add_leak(line, left, &outcome->gauges->parked);
    else
        add(line, "%s%.3f task/request", about_timers ? "" : "clean, ",
            (double)left->tasks / left->requests);
    if (about_timers)
        add(line, ", timers not counted");
    return left->tasks > 0 ? VERDICT_LEAK : VERDICT_CLEAN;
}

/* --- What was expected ---------------------------------------------------------------------- */

static void differ(struct line *line, double requests, double expected, int64_t seen,
                   const char *unit, const char *where)
{
    if (expected * requests == (double)seen)
        return;
    add(line, "%s expected %.3f %s%s, saw %.3f", line->length ? ";" : "", expected, unit, where,
        (double)seen / requests);
}

static void compare_all_tasks(struct line *line, const struct expectation *expected,
                              const struct left *left)
{
    double all = 0;
    for (int reason = 0; reason < WAIT_REASONS; reason++)
        all += expected->parked[reason];
    differ(line, left->requests, all, left->tasks, "task/request", "");
}

static void compare_tasks(struct line *line, const struct expectation *expected,
                          const struct left *left)
{
    for (int reason = 0; reason < WAIT_REASONS; reason++) {
        char where[48];
        snprintf(where, sizeof where, " in %s", wait_reason_text((enum wait_reason)reason));
        differ(line, left->requests, expected->parked[reason], left->waiting[reason],
               "task/request", where);
    }
    if (line->length == 0)
        compare_all_tasks(line, expected, left);
}

static void compare_timers(struct line *line, const struct expectation *expected,
                           const struct left *left, enum strictness strictness)
{
    differ(line, left->requests, expected->timers, left->timers, "timer/request", " for ever");
    /* Timers that fire later may have fired within a long load: then only that they were held. */
    bool some_fire = expected->timers_held > expected->timers;
    if (strictness == JUDGE_REAL_CLOCK && some_fire && left->timers_held > left->timers)
        return;
    differ(line, left->requests, expected->timers_held, left->timers_held, "timer/request",
           " held under load");
}

static void compare(struct line *line, const struct outcome *outcome, const struct left *left,
                    enum strictness strictness)
{
    const struct expectation *expected = &outcome->pair->expected[outcome->variant];
    if (outcome->twin) {
        compare_all_tasks(line, expected, left);
        return;
    }
    compare_tasks(line, expected, left);
    compare_timers(line, expected, left, strictness);
    if (strictness == JUDGE_EXACTLY && outcome->variant == VARIANT_FIX) {
        differ(line, left->requests, 0, left->channels, "channel/request", "");
        differ(line, left->requests, 0, left->contexts, "context/request", "");
        if (left->heap_known)
            differ(line, left->requests, 0, left->heap, "heap bytes/request", "");
    }
    const struct progress *progress = &outcome->gauges->progress;
    if (progress->refused)
        add(line, "%s %" PRIu64 " requests found no task: %.*s", line->length ? ";" : "",
            progress->refused, (int)sizeof progress->error, progress->error);
}

/* --- Ends before the end -------------------------------------------------------------------- */

static void add_last_look(struct line *line, const struct outcome *outcome)
{
    if (!outcome->gauges)
        return;
    const struct progress *progress = &outcome->gauges->progress;
    add(line, " in %s after %" PRIu64 " requests", phase_text((enum phase)progress->phase),
        progress->sent);
    if (progress->sent)
        add(line, ", %" PRId64 " tasks left by them", outcome_tasks_left(outcome));
    if (outcome->sample_count)
        add(line, ", %.1f MiB at the last look",
            (double)outcome->samples[outcome->sample_count - 1].memory.rss / (1 << 20));
}

/* What a leak is expected to come to. One that was killed before load tells nothing of it. */
static enum verdict_kind say_death_by_limit(struct line *line, const struct outcome *outcome)
{
    const struct expectation *expected = &outcome->pair->expected[outcome->variant];
    bool in_load = outcome->gauges->progress.phase >= PHASE_LOAD, leaks = expected->timers_held;
    for (int reason = 0; reason < WAIT_REASONS; reason++)
        leaks |= expected->parked[reason] > 0;
    add(line, "%s by the memory limit of %.1f MiB, kept by %s,",
        in_load && leaks ? "LEAK, killed" : "DIED",
        (double)outcome->settings.memory_limit / (1 << 20), limit_by_text(outcome->limit_by));
    add_last_look(line, outcome);
    if (!in_load)
        add(line, ": it needs more than that to start");
    return in_load && leaks ? VERDICT_LEAK : VERDICT_DIED;
}

static enum verdict_kind say_how_it_ended(struct line *line, const struct outcome *outcome)
{
    const struct case_ending *ending = &outcome->ending;
    switch (ending->how) {
    case ENDED_NOT:
        add(line, "not run");
        return VERDICT_INTERRUPTED;
    case ENDED_INTERRUPTED:
        add(line, "interrupted");
        add_last_look(line, outcome);
        return VERDICT_INTERRUPTED;
    case ENDED_NOT_STARTED:
        add(line, "DIED before it began: %s", ending->words);
        return VERDICT_DIED;
    case ENDED_SIGNAL:
        if (outcome->killed_by_limit)
            return say_death_by_limit(line, outcome);
        add(line, "DIED by signal %d (%s)", ending->status, strsignal(ending->status));
        break;
    case ENDED_TOO_LONG:
        add(line, "DIED, killed because it came to no end");
        break;
    case ENDED_EXIT:
    case ENDED_WELL:
        add(line, "DIED with exit status %d", ending->status);
        break;
    }
    add_last_look(line, outcome);
    if (ending->words[0])
        add(line, ": %s", ending->words);
    return VERDICT_DIED;
}

void verdict_of(const struct outcome *outcome, enum strictness strictness, struct verdict *verdict)
{
    *verdict = (struct verdict){0};
    struct line words = {verdict->words, sizeof verdict->words, 0};
    struct line wrong = {verdict->wrong, sizeof verdict->wrong, 0};
    if (outcome->ending.how != ENDED_WELL) {
        verdict->kind = say_how_it_ended(&words, outcome);
        verdict->as_catalogued = verdict->kind == VERDICT_LEAK;
        return;
    }
    if (outcome_started(outcome) == 0) {
        verdict->kind = VERDICT_NO_REQUEST;
        add(&words, "no request was served");
        return;
    }
    struct left left = left_behind(outcome);
    verdict->kind = outcome->twin
                        ? say_what_a_twin_left(&words, outcome, &left)
                        : say_what_was_seen(&words, &left, &outcome->gauges->parked, strictness);
    compare(&wrong, outcome, &left, strictness);
    if (verdict->wrong[0] == ' ')
        memmove(verdict->wrong, verdict->wrong + 1, strlen(verdict->wrong));
    verdict->as_catalogued = verdict->wrong[0] == 0;
}

void expectation_text(const struct expectation *expected, char *text, size_t size)
{
    struct line line = {text, size, 0};
    text[0] = 0;
    for (int reason = 0; reason < WAIT_REASONS; reason++)
        if (expected->parked[reason])
            add(&line, "%s%" PRIu32 " task%s in %s", line.length ? ", " : "",
                expected->parked[reason], expected->parked[reason] == 1 ? "" : "s",
                wait_reason_text((enum wait_reason)reason));
    if (expected->timers)
        add(&line, "%s%" PRIu32 " timer%s for ever", line.length ? ", " : "", expected->timers,
            expected->timers == 1 ? "" : "s");
    if (expected->timers_held > expected->timers) {
        uint32_t held = expected->timers_held - expected->timers;
        add(&line, "%s%" PRIu32 " timer%s until %s", line.length ? ", " : "", held,
            held == 1 ? "" : "s", held == 1 ? "it fires" : "they fire");
    }
    if (!line.length)
        add(&line, "nothing");
}
