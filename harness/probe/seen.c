#include "probe/seen.h"
#include "probe/figures.h"
#include <inttypes.h>
#include <math.h>

enum { PLACES_TOLD = 3 };

/* --- Where ---------------------------------------------------------------------------------------- */

/* The places of tasks, most of them first. What keeps them awake is said once, where it is the same for
 * all that are told. */
static void add_places(struct line *line, const struct parked *parked)
{
    uint64_t more = parked->omitted;
    uint32_t awake = parked->length ? parked->groups[0].kept_awake : AWAKE_NOT;
    for (size_t i = 0; i < parked->length && i < PARKED_GROUPS; i++) {
        const struct parked_group *group = &parked->groups[i];
        if (i >= PLACES_TOLD) {
            more += group->count;
            continue;
        }
        line_add(line, "%s %s", i ? " and" : ",",
                 wait_reason_text((enum wait_reason)group->reason));
        if (group->file[0])
            line_add(line, " at %s:%" PRIu32, group->file, group->line);
        bool last = i + 1 == parked->length || i + 1 == PLACES_TOLD;
        uint32_t next = last ? AWAKE_NOT : parked->groups[i + 1].kept_awake;
        if (group->kept_awake && (last || next != awake))
            line_add(line, ", %s", awake_text((enum awake)group->kept_awake));
        awake = next;
    }
    if (more)
        line_add(line, " and %" PRIu64 " tasks elsewhere", more);
}

/* "made at", of objects of one kind; of a handle, what it is: "timer, stopped, made at". */
static void add_made(struct line *line, const struct objects *objects, enum kind kind)
{
    int told = 0;
    uint64_t more = 0;
    for (size_t i = 0; i < objects->length && i < OBJECT_GROUPS; i++) {
        const struct object_group *group = &objects->groups[i];
        if (group->kind != kind || !group->file[0])
            continue;
        if (told >= PLACES_TOLD)
            more += group->count;
        else if (group->what[0])
            line_add(line, "%s %s, made at %s:%" PRIu32, told ? " and" : ":", group->what,
                     group->file, group->line);
        else
            line_add(line, "%s %s:%" PRIu32, told ? " and" : " made at", group->file, group->line);
        told++;
    }
    if (more)
        line_add(line, " and %" PRIu64 " elsewhere", more);
}

/* --- What stays ----------------------------------------------------------------------------------- */

static void add_rate(struct line *line, enum kind kind, double rate)
{
    line_add(line, " %.3f %s%s/request", rate, kind_name(kind),
             kind == KIND_HEAP || kind == KIND_QUEUED ? "s" : "");
}

/* Contexts, channels and heap that a task, a timer or something of plain C holds come and go with it. */
static bool is_told(const struct finding *finding, const struct expectation *expected,
                    enum kind kind)
{
    bool alone = finding->of[KIND_TASKS].stays == 0 && finding->of[KIND_TIMERS].stays == 0;
    for (enum kind other = KIND_HANDLES; other < KIND_HEAP; other++)
        alone &= finding->of[other].stays == 0;
    if (kind >= KIND_HANDLES && kind < KIND_HEAP)
        return finding->of[kind].stays > 0;
    bool is_expected = kind == KIND_CONTEXTS   ? expected->contexts > 0
                       : kind == KIND_CHANNELS ? expected->channels > 0
                                               : expected->heap > 0;
    return (kind <= KIND_TIMERS || alone || is_expected) && finding->of[kind].stays > 0;
}

static bool say_what_stays(struct line *line, const struct outcome *outcome,
                           const struct finding *finding, const char *word)
{
    const struct gauges *gauges = outcome->gauges;
    const struct expectation of_case = outcome_expected(outcome), *expected = &of_case;
    bool any = false;
    for (enum kind kind = 0; kind < KINDS; kind++) {
        if (!is_told(finding, expected, kind))
            continue;
        line_add(line, "%s", any ? "," : word);
        add_rate(line, kind, finding->of[kind].stays);
        if (kind == KIND_TASKS)
            add_places(line, &gauges->parked);
        else if (kind != KIND_HEAP)
            add_made(line, &gauges->objects[STAYING], kind);
        any = true;
    }
    return any;
}

/* Why nothing of all that stays is called a leak. DOUBT_NONE: something is. What they hold is in the heap, too. */
static enum doubt doubt_of(const struct finding *finding)
{
    enum doubt doubt = DOUBT_NONE;
    for (enum kind kind = 0; kind < KINDS; kind++) {
        const struct found *found = &finding->of[kind];
        if (found->stays <= 0 || (kind == KIND_HEAP && doubt))
            continue;
        if (!found->doubt)
            return DOUBT_NONE;
        doubt = doubt ? doubt : found->doubt;
    }
    return doubt;
}

static const char *const doubt_texts[] = {
    [DOUBT_FEW] = "too few of %.0f requests to tell a leak from a constant; more requests tell",
    [DOUBT_SLOWING] = "the longer the slower in %.0f requests; more of them tell whether it ends",
    [DOUBT_JUMPED] = "nearly all at once in %.0f requests, as a pool grows; more of them tell",
};

/* --- What is held --------------------------------------------------------------------------------- */

static void add_level(struct line *line, const struct outcome *outcome,
                      const struct finding *finding, enum kind kind)
{
    const struct found *found = &finding->of[kind];
    char count[FIGURE], bytes[FIGURE], span[FIGURE], rate[FIGURE];
    double per_second = outcome->settings.rate, level = per_second * found->held * found->held_for;
    if (found->longer) {
        line_add(line, ", and longer the more requests there are: does not level off");
        return;
    }
    line_add(line, ": levels off");
    if (per_second <= 0) {
        line_add(line, " after %s", figure_span(span, found->held_for));
        return;
    }
    line_add(line, " at %s %ss", figure_rounded(count, level), kind_name(kind));
    if (!isnan(finding->bytes))
        line_add(line, " and %s", figure_bytes(bytes, level * finding->bytes));
    if (per_second >= 1)
        line_add(line, " at %s/s", figure_rounded(rate, per_second));
    else
        line_add(line, " at %s/min", figure_rounded(rate, per_second * 60));
}

static bool say_what_is_held(struct line *line, const struct outcome *outcome,
                             const struct finding *finding, const char *word)
{
    const struct gauges *gauges = outcome->gauges;
    enum kind kind = finding_held(finding);
    char span[FIGURE], bytes[FIGURE];
    if (kind == KINDS)
        return false;
    const struct found *found = &finding->of[kind];
    line_add(line, "%s", word);
    add_rate(line, kind, found->held);
    line_add(line, " for %s", figure_span(span, found->held_for));
    if (kind != KIND_HEAP && !isnan(finding->bytes))
        line_add(line, ", %s each", figure_bytes(bytes, finding->bytes));
    add_level(line, outcome, finding, kind);
    if (kind == KIND_TASKS)
        add_places(line, &gauges->passing);
    else if (kind != KIND_HEAP) {
        line_add(line, kind < KIND_HANDLES ? "," : "");
        add_made(line, &gauges->objects[PASSING], kind);
    }
    return true;
}

/* --- What a proof says of it ---------------------------------------------------------------------- */

static void add_share(struct line *line, const char *words, uint64_t count, uint64_t of)
{
    char part[FIGURE], whole[FIGURE];
    line_add(line, "%s %s of %s", words, figure_count(part, (int64_t)count),
             figure_count(whole, (int64_t)of));
}

/* Of one that refuses its record tells. */
static void add_proven(struct line *line, const struct proven *proven)
{
    if (!proven->tasks)
        return;
    if (proven->leaked || !proven->by_time)
        add_share(line, "; proven:", proven->leaked, proven->tasks);
    if (proven->by_time)
        add_share(line, "; proven that only time wakes them:", proven->by_time, proven->tasks);
}

static void add_proven_plain(struct line *line, const struct proven_plain *p)
{
    if (p->handles_proven)
        add_share(line, "; proven that nobody can close them:", p->handles_proven, p->handles);
    if (p->threads_proven)
        add_share(line, "; proven that nobody can wake them:", p->threads_proven, p->threads);
}

/* Where what is proven is made to end. */
static void add_ended(struct line *line, const struct outcome *outcome)
{
    const struct recovered *recovered = &outcome->gauges->progress.recovered;
    char count[FIGURE];
    if (!outcome->settings.recover)
        return;
    if (recovered->ended || !recovered->spinning)
        line_add(line, "; ended: %s proven tasks", figure_count(count, (int64_t)recovered->ended));
    if (recovered->spinning)
        line_add(line, "%s %s tasks that spin", recovered->ended ? " and" : "; ended:",
                 figure_count(count, (int64_t)recovered->spinning));
    if (recovered->ended + recovered->spinning)
        add_places(line, &outcome->gauges->ended);
}

/* Of those that are left, and what each takes of the heap. */
static void add_hibernated(struct line *line, const struct outcome *outcome)
{
    const struct task_stats *stats = &outcome->gauges->runtime;
    char count[FIGURE];
    if (!outcome->settings.hibernate)
        return;
    line_add(line, "; %s hibernate", figure_count(count, (int64_t)stats->hibernated));
    if (!stats->hibernations && outcome->gauges->progress.error[0])
        line_add(line, " (%s)", outcome->gauges->progress.error);
    if (stats->hibernated)
        line_add(line, ", in %" PRIu64 " bytes of heap each",
                 stats->hibernated_bytes / stats->hibernated);
}

/* --- Altogether ----------------------------------------------------------------------------------- */

/* What stays, and is the same for any number of requests. */
static void add_constants(struct line *line, const struct outcome *outcome,
                          const struct finding *finding)
{
    bool any = false, early = false;
    for (enum kind kind = 0; kind < KIND_HEAP; kind++) {
        double constant = finding->of[kind].constant;
        if (constant < 0.5 || finding->of[kind].stays > 0)
            continue;
        line_add(line, "%s %.0f %s%s", any ? " and" : ", but for", constant, kind_name(kind),
                 constant < 1.5 ? "" : "s");
        any = true;
        early |= finding->of[kind].early;
    }
    if (any && early)
        line_add(line, ", none from the second half of %.0f requests", finding->requests);
    else if (any)
        line_add(line, ", however many requests there are");
    if (finding->of[KIND_TASKS].constant >= 0.5)
        add_places(line, &outcome->gauges->parked);
}

enum verdict_kind seen_say(struct line *line, const struct outcome *outcome,
                           const struct finding *finding)
{
    if (finding->refused) {
        line_add(line,
                 "STARVED %" PRIu64
                 " tasks were refused for want of memory (%s): what was counted is "
                 "not what the sample leaves behind",
                 finding->refused, outcome->gauges->progress.error);
        return VERDICT_STARVED;
    }
    enum doubt doubt = doubt_of(finding);
    if (doubt) {
        say_what_stays(line, outcome, finding, "UNSURE");
        line_add(line, ": ");
        line_add(line, doubt_texts[doubt], finding->requests);
        return VERDICT_UNSURE;
    }
    bool leaks = say_what_stays(line, outcome, finding, "LEAK");
    bool holds = say_what_is_held(line, outcome, finding, leaks ? "; HOLDS" : "HOLDS");
    if (leaks && finding->of[KIND_TASKS].stays > 0)
        add_proven(line, &outcome->gauges->progress.proven);
    if (leaks)
        add_proven_plain(line, &outcome->gauges->progress.proven_plain);
    if (!leaks && !holds) {
        line_add(line, "clean");
        add_constants(line, outcome, finding);
    }
    add_ended(line, outcome);
    add_hibernated(line, outcome);
    return leaks ? VERDICT_LEAK : holds ? VERDICT_HOLDS : VERDICT_CLEAN;
}

enum verdict_kind seen_say_of_twin(struct line *line, const struct outcome *outcome,
                                   const struct finding *finding)
{
    const struct expectation *expected = &outcome->pair->expected[VARIANT_LEAK];
    bool about_timers = expected->timers_held > 0, leaks = finding->of[KIND_TASKS].stays > 0;
    if (leaks)
        say_what_stays(line, outcome, finding, "LEAK");
    else
        line_add(line, "%s%.3f task/request", about_timers ? "" : "clean, ", 0.0);
    if (about_timers)
        line_add(line, ", timers not counted");
    return leaks ? VERDICT_LEAK : VERDICT_CLEAN;
}
