/* `leaklab check`: the catalog's word, proven for each variant under the virtual clock. */
#include "command/selecting.h"
#include "probe/finding.h"
#include "probe/heap.h"
#include "probe/kept.h"
#include "report/detail.h"
#include "task/time.h"
#include <stdlib.h>
#include <uv.h>

/* A second look is with so many times the requests, and a third one with as many times more, where it fits. */
enum { CLOSER = 16, CLOSEST = CLOSER * CLOSER };
static const int64_t look_most = 512 << 20; /* bytes that it may come to */

static const struct argp_child children[] = {{&selecting_argp, 0, NULL, 0}, {0}};

static const struct argp argp = {
    .parser = command_hand_down,
    .args_doc = "[ID|FAMILY|WORD...]",
    .doc = "Proves for each pair, or those named by an id, a family or a word, that the leak "
           "leaves behind exactly what the "
           "catalog says of a request, and the fix nothing: no task, timer, channel, context or "
           "byte of heap, and of plain C no handle, request, descriptor or thread.\v"
           "Each variant runs in a process of its own under the virtual clock: 50 requests to warm "
           "up, 50 and then 100 (or --requests; half of them each time before), and after each of "
           "these as much time as anything waits for, in no time. What the hundred leave behind "
           "more than the fifty grows with the requests: a leak. Where a variant does anything "
           "else than the catalog says, or leaves as much however many requests there are, it is "
           "looked at again with 16 times the requests, if need be with 256 times, and the last "
           "look is told: a cache that fills up, a pool that grows to its bound are no leak. Exit "
           "status 1 where a variant does anything else, both ways.",
    .children = children,
};

/* Cases end in any order, and are told in the catalog's. */
struct report {
    struct terminal terminal;
    struct outcome *cases;
    size_t length, told, wrong;
    int id_width;
    size_t decided; /* those before it have had their second look, where they are worth one */
};

/* A constant is told from a leak of one in a hundred by more requests. */
static bool is_plain(const struct outcome *outcome, const struct verdict *verdict)
{
    struct finding finding = finding_of(outcome);
    for (enum kind kind = 0; kind < KIND_HEAP; kind++)
        if (finding.of[kind].constant > 0 && finding.of[kind].stays == 0)
            return false;
    return verdict->as_catalogued && verdict->kind != VERDICT_UNSURE;
}

/* What time alone keeps busy comes to no bound, and takes its time where there are many of it. */
static bool is_kept_awake(const struct outcome *outcome)
{
    const struct parked *parked = &outcome->gauges->parked;
    for (size_t i = 0; i < parked->length && i < PARKED_GROUPS; i++)
        if (parked->groups[i].kept_awake)
            return true;
    return false;
}

static bool is_worth_another_look(const struct outcome *outcome, const struct verdict *verdict,
                                  uint64_t times)
{
    int64_t growth;
    if (outcome->ending.how != ENDED_WELL || times > CLOSEST || outcome_started(outcome) == 0)
        return false;
    const struct expectation expected = outcome_expected(outcome);
    bool may_be_full = (verdict->kind == VERDICT_LEAK || verdict->kind == VERDICT_UNSURE) &&
                       !expectation_is_any(&expected) && !is_kept_awake(outcome);
    if (times > CLOSER ? !may_be_full : is_plain(outcome, verdict))
        return false;
    return outcome_rss_growth(outcome, &growth) && growth < look_most / CLOSER;
}

static void tell(struct report *report, const struct outcome *outcome,
                 const struct verdict *verdict)
{
    const struct terminal *t = &report->terminal;
    char variant[OUTCOME_VARIANT], kept[KEPT_TEXT];
    bool ok = verdict->as_catalogued;
    report->wrong += !ok;
    fprintf(t->out, "%s%s%s  %-*s %-4s  %s%s%s\n",
            terminal_style(t, ok ? STYLE_PLAIN : STYLE_WRONG), ok ? "ok  " : "FAIL",
            terminal_style(t, STYLE_PLAIN), report->id_width, outcome->pair->id,
            outcome_variant(outcome, variant), terminal_style(t, detail_style(verdict)),
            verdict->words, terminal_style(t, STYLE_PLAIN));
    if (outcome->gauges && verdict->kind == VERDICT_LEAK &&
        *kept_text(kept, &outcome->gauges->progress.kept))
        fprintf(t->out, "%*s  kept alive by each request's: %s\n", report->id_width + 10, "", kept);
    detail_print(t, outcome, verdict);
    fflush(t->out);
}

static void tell_those_that_are_known(struct report *report)
{
    while (report->told < report->length && report->cases[report->told].ending.how != ENDED_NOT) {
        const struct outcome *outcome = &report->cases[report->told];
        struct verdict verdict;
        verdict_of(outcome, JUDGE_EXACTLY, &verdict);
        if (report->told >= report->decided && is_worth_another_look(outcome, &verdict, CLOSER))
            return;
        tell(report, outcome, &verdict);
        report->told++;
    }
}

static void on_ended(const struct outcome *outcome, void *arg)
{
    (void)outcome;
    tell_those_that_are_known(arg);
}

/* report: that is told of each as it ends; or NULL. */
static int look(struct report *report, struct outcome *cases, size_t length, uint64_t requests)
{
    struct lab_plan plan = {
        .cases = cases,
        .length = length,
        .at_once = uv_available_parallelism(),
        .time_limit = MINUTE + (int64_t)requests * MILLISECOND,
        .copies = true,
        .observer = {.ended = report ? on_ended : NULL, .arg = report},
    };
    return lab_run(&plan);
}

/* In the place of what was seen of it before. */
static int look_at_one(struct report *report, size_t i, struct settings settings)
{
    int interrupted = 0;
    uint64_t requests = settings.requests;
    for (uint64_t times = CLOSER; !interrupted; times *= CLOSER) {
        struct outcome *outcome = &report->cases[i];
        struct verdict verdict;
        verdict_of(outcome, JUDGE_EXACTLY, &verdict);
        if (!is_worth_another_look(outcome, &verdict, times))
            break;
        settings.requests = requests * times;
        settings = settings_to_check(settings);
        settings.recover = outcome->settings.recover;
        struct outcome again = outcome_of(outcome->pair, outcome->variant, &settings);
        outcome_free(outcome);
        *outcome = again;
        interrupted = look(NULL, outcome, 1, settings.requests);
    }
    report->decided = i + 1;
    tell_those_that_are_known(report);
    return interrupted;
}

/* All that stand behind the first one that is not told yet, and are worth it. */
static int look_again(struct report *report, struct settings settings)
{
    int interrupted = 0;
    for (size_t i = report->told; i < report->length && !interrupted; i++)
        interrupted = look_at_one(report, i, settings);
    return interrupted;
}

static void summarize(const struct report *report, double seconds)
{
    FILE *out = report->terminal.out;
    fprintf(out, "%zu of %zu as %s (%.1f s)\n", report->told - report->wrong, report->length,
            report->length && report->cases->pair->is_control ? "they should be"
                                                              : "the catalog says",
            seconds);
    if (!heap_is_known())
        fprintf(out, "heap bytes were not checked: this build has no jemalloc\n");
}

static int run(int argc, char **argv)
{
    struct selection selection = selecting_start();
    command_parse(&argp, argc, argv, &selection);
    selection.settings = settings_to_check(selection.settings);
    size_t length;
    struct outcome *cases = selection_cases(&selection, &length);
    selecting_free(&selection);
    if (!cases) {
        fprintf(stderr, "leaklab check: no memory for %zu cases\n", catalog_length);
        return EXIT_FAILED;
    }
    uint64_t began = uv_hrtime();
    struct report report = {.terminal = terminal_of(stdout),
                            .cases = cases,
                            .length = length,
                            .id_width = outcome_id_width(cases, length)};
    int interrupted = look(&report, cases, length, selection.settings.requests);
    if (!interrupted && report.told < length)
        interrupted = look_again(&report, selection.settings);
    report.decided = length;
    tell_those_that_are_known(&report);
    summarize(&report, (double)(uv_hrtime() - began) / SECOND);
    for (size_t i = 0; i < length; i++)
        outcome_free(&cases[i]);
    free(cases);
    if (interrupted)
        return EXIT_BY_SIGNAL + interrupted;
    return report.wrong ? EXIT_FAILED : EXIT_AS_CATALOGUED;
}

const struct command command_check = {
    .name = "check",
    .summary = "Prove that each leak leaks what the catalog says, and each fix nothing",
    .argp = &argp,
    .run = run,
};
