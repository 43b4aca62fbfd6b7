/* `leaklab check`: the catalog's word, proven for each variant under the virtual clock. */
#include "command/selecting.h"
#include "probe/heap.h"
#include "report/detail.h"
#include "task/time.h"
#include <stdlib.h>
#include <uv.h>

enum { REQUESTS = 100 };

static error_t parse(int key, char *arg, struct argp_state *state)
{
    (void)arg;
    if (key != ARGP_KEY_INIT)
        return ARGP_ERR_UNKNOWN;
    state->child_inputs[0] = state->input;
    return 0;
}

static const struct argp_child children[] = {{&selecting_argp, 0, NULL, 0}, {0}};

static const struct argp argp = {
    .parser = parse,
    .args_doc = "[ID...]",
    .doc = "Proves for each pair, or those named, that the leak leaves behind exactly what the "
           "catalog says of a request, and the fix nothing: no task, timer, channel, context or "
           "byte of heap.\v"
           "Each variant runs in a process of its own under the virtual clock: a warm-up, 100 "
           "requests (or --requests), then ten minutes (or --settle) in no time. What is alive "
           "then is there for ever. Exit status 1 where a variant does anything else, both ways.",
    .children = children,
};

/* Cases end in any order, and are told in the catalog's. */
struct report {
    struct terminal terminal;
    const struct outcome *cases;
    size_t length, told, wrong;
};

static void tell(struct report *report, const struct outcome *outcome)
{
    const struct terminal *t = &report->terminal;
    struct verdict verdict;
    verdict_of(outcome, JUDGE_EXACTLY, &verdict);
    bool ok = verdict.as_catalogued;
    report->wrong += !ok;
    fprintf(t->out, "%s%s%s  %-16s %-4s  %s%s%s\n",
            terminal_style(t, ok ? STYLE_PLAIN : STYLE_WRONG), ok ? "ok  " : "FAIL",
            terminal_style(t, STYLE_PLAIN), outcome->pair->id, variant_name(outcome->variant),
            terminal_style(t, detail_style(&verdict)), verdict.words,
            terminal_style(t, STYLE_PLAIN));
    detail_print(t, outcome, &verdict);
    fflush(t->out);
}

static void on_ended(const struct outcome *outcome, void *arg)
{
    struct report *report = arg;
    (void)outcome;
    while (report->told < report->length && report->cases[report->told].ending.how != ENDED_NOT)
        tell(report, &report->cases[report->told++]);
}

/* Load takes ten seconds at most, so that no timer which a sample holds for longer fires within. */
static struct settings checked(struct settings settings)
{
    if (settings.requests == 0)
        settings.requests = REQUESTS;
    settings.virtual_clock = 1;
    settings.baseline = 0;
    settings.warm_up = settings.requests;
    if (settings.rate < (double)settings.requests / 10)
        settings.rate = (double)settings.requests / 10;
    return settings;
}

static void summarize(const struct report *report, double seconds)
{
    FILE *out = report->terminal.out;
    fprintf(out, "%zu of %zu as the catalog says (%.1f s)\n", report->told - report->wrong,
            report->length, seconds);
    if (!heap_is_known())
        fprintf(out, "heap bytes were not checked: this build has no jemalloc\n");
}

static int run(int argc, char **argv)
{
    struct selection selection = selecting_start();
    command_parse(&argp, argc, argv, &selection);
    selection.settings = checked(selection.settings);
    size_t length;
    struct outcome *cases = selection_cases(&selection, &length);
    selecting_free(&selection);
    if (!cases) {
        fprintf(stderr, "leaklab check: no memory for %zu cases\n", catalog_length);
        return EXIT_FAILED;
    }
    uint64_t began = uv_hrtime();
    struct report report = {terminal_of(stdout), cases, length, 0, 0};
    struct lab_plan plan = {
        .cases = cases,
        .length = length,
        .at_once = uv_available_parallelism(),
        .time_limit = MINUTE + (int64_t)selection.settings.requests * MILLISECOND,
        .observer = {.ended = on_ended, .arg = &report},
    };
    int interrupted = lab_run(&plan);
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
