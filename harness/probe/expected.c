#include "probe/expected.h"
#include "probe/figures.h"
#include "probe/left_kinds.h"
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <uv.h>

/* Rates are told to three digits behind the point, and held to no more. */
static const double tolerance = 0.0005;

static void differ(struct line *line, double expected, double seen, const char *unit,
                   const char *where)
{
    if (fabs(expected - seen) <= tolerance)
        return;
    line_add(line, "%s expected %.3f %s/request%s, saw %.3f", line->length ? ";" : "", expected,
             unit, where, seen);
}

/* One of all requests may be held by the next, which has not come: who relieves another. */
static void differ_held(struct line *line, double expected, const struct finding *finding,
                        double seen, const char *unit)
{
    enum { MANY = 20 };
    bool all_but_one = finding->requests >= MANY && fabs(expected - seen) * finding->requests < 1.5;
    if (expected <= 0 || !all_but_one)
        differ(line, expected, seen, unit, " held under load");
}

static void compare_all_tasks(struct line *line, const struct expectation *expected,
                              const struct finding *finding)
{
    double all = 0;
    for (int reason = 0; reason < WAIT_REASONS; reason++)
        all += expected->parked[reason];
    differ(line, all, finding->of[KIND_TASKS].stays, "task", "");
}

static void compare_tasks(struct line *line, const struct expectation *expected,
                          const struct finding *finding)
{
    for (int reason = WAIT_NONE + 1; reason < WAIT_REASONS; reason++) {
        char where[48];
        snprintf(where, sizeof where, " in %s", wait_reason_text((enum wait_reason)reason));
        differ(line, expected->parked[reason], finding->waiting[reason], "task", where);
    }
    if (line->length == 0)
        compare_all_tasks(line, expected, finding);
}

/* Timers for ever are held too. */
static void compare_held(struct line *line, const struct expectation *expected,
                         const struct finding *finding)
{
    const struct found *timers = &finding->of[KIND_TIMERS], *tasks = &finding->of[KIND_TASKS];
    differ_held(line, expected->timers_held, finding, timers->held + timers->stays, "timer");
    differ_held(line, expected->tasks_held, finding, tasks->held, "task");
}

static void compare_held_for(struct line *line, const struct expectation *expected,
                             const struct finding *finding)
{
    static const double share =
        0.05; /* that requests, and what goes on after them, may add to it */
    enum kind kind = finding_held(finding);
    char said[FIGURE], seen[FIGURE];
    if (!expected->held_for || kind == KINDS)
        return;
    double wanted = (double)expected->held_for / 1e9, held_for = finding->of[kind].held_for;
    if (fabs(held_for - wanted) > share * wanted)
        line_add(line, "%s expected to be held for %s, saw %s", line->length ? ";" : "",
                 figure_span(said, wanted), figure_span(seen, held_for));
}

/* In a task or a timer that is left, or held, there may be any number. */
static void compare_objects(struct line *line, const struct expectation *expected,
                            const struct finding *finding, bool heap_is_known)
{
    const struct {
        enum kind kind;
        uint32_t count;
    } kinds[] = {{KIND_CONTEXTS, expected->contexts},
                 {KIND_CHANNELS, expected->channels},
                 {KIND_HEAP, expected->heap}};
    bool holder = expectation_is_plain(expected) || expected->timers || expected->timers_held ||
                  expected->tasks_held || expectation_parks(expected);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        bool is_heap = kinds[i].kind == KIND_HEAP;
        bool made_of_it = is_heap && (expected->contexts || expected->channels);
        if (is_heap && !heap_is_known)
            continue;
        if (kinds[i].count || (!holder && !made_of_it))
            differ(line, kinds[i].count, finding->of[kinds[i].kind].stays, kind_name(kinds[i].kind),
                   "");
        if (!expected->tasks_held && !expected->timers_held && !is_heap)
            differ(line, 0, finding->of[kinds[i].kind].held, kind_name(kinds[i].kind),
                   " held under load");
    }
}

/* What plain C leaves. */
static void compare_plain(struct line *line, const struct expectation *expected,
                          const struct finding *finding)
{
    const struct {
        enum kind kind;
        uint32_t count;
    } kinds[] = {{KIND_REQUESTS, expected->requests},
                 {KIND_QUEUED, expected->queued},
                 {KIND_DESCRIPTORS, expected->descriptors},
                 {KIND_THREADS, expected->threads}};
    for (int type = 0; type < HANDLE_TYPES; type++) {
        const char *name = uv_handle_type_name((uv_handle_type)type);
        char unit[48];
        snprintf(unit, sizeof unit, "%s handle", name ? name : "other");
        differ(line, expected->handles[type], finding->handles[type], unit, "");
    }
    differ(line, 0, finding->of[KIND_HANDLES].held, "handle", " held under load");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        differ(line, kinds[i].count, finding->of[kinds[i].kind].stays, kind_name(kinds[i].kind),
               "");
}

/* Of what leaves no task behind, none can wait for ever: not one that is there however many requests there are. */
static void compare_proven(struct line *line, const struct expectation *expected,
                           const struct proven *proven)
{
    if (proven->early && proven->refused[0])
        line_add(line,
                 "%s %" PRIu64 " tasks were proven never to be woken, and whether they still are "
                 "there could not be proven: %s",
                 line->length ? ";" : "", proven->early, proven->refused);
    else if (proven->early > proven->leaked)
        line_add(line,
                 "%s %" PRIu64 " tasks were proven never to be woken, and %" PRIu64
                 " of them have gone",
                 line->length ? ";" : "", proven->early, proven->early - proven->leaked);
    if (!expectation_parks(expected) && proven->leaked)
        line_add(line, "%s expected no leaked task, %" PRIu64 " of %" PRIu64 " left are proven",
                 line->length ? ";" : "", proven->leaked, proven->tasks);
}

/* Of plain C, where a proof has answered: of as many as the catalog says, of a fix of none. */
static void compare_proven_plain(struct line *line, const struct expectation *expected,
                                 const struct progress *progress)
{
    const struct proven_plain *p = &progress->proven_plain;
    uint64_t proven = p->handles_proven + p->threads_proven;
    if (p->early > proven)
        line_add(line,
                 "%s of %" PRIu64
                 " handles and threads it was proven that nobody closes or wakes them, and %" PRIu64
                 " of them have gone",
                 line->length ? ";" : "", p->early, p->early - proven);
    if (p->handles + p->threads && progress->sent)
        differ(line, expected->proven, (double)proven / (double)progress->sent,
               "proven handle or thread", "");
}

/* Of what leaves no task behind, none may be made to end. */
static void compare_recovered(struct line *line, const struct outcome *outcome)
{
    const struct expectation *of_pair = &outcome->pair->expected[outcome->variant];
    const struct progress *progress = &outcome->gauges->progress;
    uint64_t ended = progress->recovered.ended + progress->recovered.spinning;
    if (ended && !expectation_parks(of_pair))
        line_add(line, "%s %" PRIu64 " tasks were made to end, of what leaves none behind",
                 line->length ? ";" : "", ended);
    if (progress->proven.refused[0])
        line_add(line, "%s nothing could be made to end: %s", line->length ? ";" : "",
                 progress->proven.refused);
}

void expected_compare(struct line *line, const struct outcome *outcome,
                      const struct finding *finding)
{
    const struct expectation of_case = outcome_expected(outcome), *expected = &of_case;
    const struct progress *progress = &outcome->gauges->progress;
    if (outcome->twin) {
        compare_all_tasks(line, expected, finding);
        return;
    }
    if (finding->refused) {
        line_add(line, " %" PRIu64 " tasks were refused, %" PRIu64 " of them requests: %s",
                 finding->refused, progress->refused, progress->error);
        return;
    }
    compare_tasks(line, expected, finding);
    differ(line, expected->timers, finding->of[KIND_TIMERS].stays, "timer", " for ever");
    compare_held(line, expected, finding);
    compare_held_for(line, expected, finding);
    compare_objects(line, expected, finding, progress->heap.allocated != -1);
    compare_plain(line, expected, finding);
    if (progress->error[0] && pair_is_plain(outcome->pair))
        line_add(line, "%s %s", line->length ? ";" : "", progress->error);
    compare_proven(line, expected, &progress->proven);
    compare_proven_plain(line, expected, progress);
    if (outcome->settings.recover)
        compare_recovered(line, outcome);
}

/* --- In words ------------------------------------------------------------------------------------- */

static void add_count(struct line *line, uint32_t count, const char *what, const char *behind)
{
    if (count)
        line_add(line, "%s%" PRIu32 " %s%s%s", line->length ? ", " : "", count, what,
                 count == 1 ? "" : "s", behind);
}

void expectation_text(const struct expectation *expected, char *text, size_t size)
{
    struct line line = {text, size, 0};
    char until[48] = " until it is over", span[FIGURE];
    text[0] = 0;
    for (int reason = 0; reason < WAIT_REASONS; reason++) {
        char where[48];
        snprintf(where, sizeof where, " in %s", wait_reason_text((enum wait_reason)reason));
        add_count(&line, expected->parked[reason], "task", where);
    }
    add_count(&line, expected->timers, "timer", " for ever");
    if (expected->held_for)
        snprintf(until, sizeof until, " for %s",
                 figure_span(span, (double)expected->held_for / 1e9));
    add_count(&line, expected->tasks_held, "task", until);
    if (expected->timers_held > expected->timers) {
        uint32_t held = expected->timers_held - expected->timers;
        if (!expected->held_for)
            snprintf(until, sizeof until, " until %s", held == 1 ? "it fires" : "they fire");
        add_count(&line, held, "timer", until);
    }
    for (int kind = 0; kind < LEFT_KINDS; kind++) {
        char what[LEFT_KIND];
        uint32_t count = left_kind_expected(expected, kind);
        if (count)
            line_add(&line, "%s%" PRIu32 " %s%s", line.length ? ", " : "", count,
                     left_kind_words(what, kind, count == 1),
                     kind < LEFT_HANDLES ? " for ever" : "");
    }
    add_count(&line, expected->heap, "byte", " of heap");
    if (!line.length)
        line_add(&line, "nothing");
}
