#include "probe/verdict.h"
#include "probe/expected.h"
#include "probe/finding.h"
#include "probe/left_kinds.h"
#include "probe/seen.h"
#include <inttypes.h>
#include <string.h>

/* --- Ends before the end -------------------------------------------------------------------- */

/* Of plain C what there was more of than before load, as far as it was counted: of the last request or look. */
static void add_left(struct line *line, const struct outcome *outcome)
{
    const struct gauges *g = outcome->gauges;
    const struct counts *before = &g->legs[LEG_LOAD].counts[MOMENT_BASELINE];
    bool any = false;
    if (!pair_is_plain(outcome->pair)) {
        line_add(line, ", %" PRId64 " tasks left by them", outcome_tasks_left(outcome));
        return;
    }
    for (int kind = 0; kind < LEFT_KINDS; kind++) {
        char words[LEFT_KIND];
        int64_t more = (int64_t)left_kind_count(&g->progress.plain, kind) -
                       (int64_t)left_kind_count(before, kind);
        any |= more > 0;
        if (more > 0) {
            line_add(line, ", %" PRId64 " %s", more, left_kind_words(words, kind, more == 1));
        }
    }
    line_add(line, "%s", any ? " left by them" : ", nothing left by them");
}

static void add_last_look(struct line *line, const struct outcome *outcome)
{
    if (!outcome->gauges)
        return;
    const struct progress *progress = &outcome->gauges->progress;
    line_add(line, " in %s after %" PRIu64 " requests", phase_text((enum phase)progress->phase),
             progress->sent);
    if (progress->sent)
        add_left(line, outcome);
    if (outcome->sample_count)
        line_add(line, ", %.1f MiB at the last look",
                 (double)outcome->samples[outcome->sample_count - 1].memory.rss / (1 << 20));
}

/* What a leak is expected to come to. One that was killed before load tells nothing of it. */
static enum verdict_kind say_death_by_limit(struct line *line, const struct outcome *outcome)
{
    bool in_load = outcome->gauges->progress.phase >= PHASE_LOAD;
    const struct expectation expected = outcome_expected(outcome);
    bool leaks = expectation_is_any(&expected);
    line_add(line, "%s by the memory limit of %.1f MiB, kept by %s,",
             in_load && leaks ? "LEAK, killed" : "DIED",
             (double)outcome->settings.memory_limit / (1 << 20), limit_by_text(outcome->limit_by));
    add_last_look(line, outcome);
    if (!in_load)
        line_add(line, ": it needs more than that to start");
    return in_load && leaks ? VERDICT_LEAK : VERDICT_DIED;
}

static enum verdict_kind say_how_it_ended(struct line *line, const struct outcome *outcome)
{
    const struct case_ending *ending = &outcome->ending;
    switch (ending->how) {
    case ENDED_NOT:
        line_add(line, "not run");
        return VERDICT_INTERRUPTED;
    case ENDED_INTERRUPTED:
        line_add(line, "interrupted");
        add_last_look(line, outcome);
        return VERDICT_INTERRUPTED;
    case ENDED_NOT_STARTED:
        line_add(line, "DIED before it began: %s", ending->words);
        return VERDICT_DIED;
    case ENDED_SIGNAL:
        if (outcome->killed_by_limit)
            return say_death_by_limit(line, outcome);
        line_add(line, "DIED by signal %d (%s)", ending->status, strsignal(ending->status));
        break;
    case ENDED_TOO_LONG:
        line_add(line, "DIED, killed because it came to no end");
        break;
    case ENDED_EXIT:
    case ENDED_WELL:
        line_add(line, "DIED with exit status %d", ending->status);
        break;
    }
    add_last_look(line, outcome);
    if (ending->words[0])
        line_add(line, ": %s", ending->words);
    return VERDICT_DIED;
}

/* What real time may bring about in load alone: libraries keep what they have once needed at a time, and a pool
 * grows by one more at the first burst. */
static void forgive(struct finding *finding)
{
    struct found *heap = &finding->of[KIND_HEAP];
    if (heap->stays < 1)
        heap->stays = 0;
    if (heap->stays > 0 && heap->stays * finding->requests < FEW_BYTES)
        heap->doubt = DOUBT_FEW;
    for (enum kind kind = 0; kind < KIND_HEAP; kind++) {
        struct found *found = &finding->of[kind];
        if (!found->early)
            continue;
        if (heap->doubt == DOUBT_FEW)
            heap->stays = 0; /* it is in them */
        found->constant += found->stays * finding->requests;
        found->stays = 0;
        found->doubt = DOUBT_NONE;
        for (int reason = 0; kind == KIND_TASKS && reason < WAIT_REASONS; reason++)
            finding->waiting[reason] = 0;
    }
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
        line_add(&words, "no request was served");
        return;
    }
    struct finding finding = finding_of(outcome);
    if (strictness == JUDGE_OBJECTS)
        finding.of[KIND_HEAP] = (struct found){0};
    if (strictness == JUDGE_REAL_CLOCK)
        forgive(&finding);
    verdict->kind = outcome->twin ? seen_say_of_twin(&words, outcome, &finding)
                                  : seen_say(&words, outcome, &finding);
    expected_compare(&wrong, outcome, &finding);
    if (verdict->wrong[0] == ' ')
        memmove(verdict->wrong, verdict->wrong + 1, strlen(verdict->wrong));
    const struct expectation expected = outcome_expected(outcome);
    if (verdict->kind == VERDICT_UNSURE && !expectation_is_any(&expected))
        verdict->wrong[0] = 0; /* it is held against nobody */
    verdict->as_catalogued = verdict->wrong[0] == 0;
}
