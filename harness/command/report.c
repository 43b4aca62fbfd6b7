/* `leaklab report`: pages, figures and tables from records, without running anything again. */
#include "command/results.h"
#include "page/pages.h"
#include "probe/printable.h"
#include "report/detectors.h"
#include "report/grid.h"
#include "result/death.h"
#include "result/summarize.h"
#include "result/unfinished.h"
#include <stdlib.h>

enum { OPTION_OUTPUT = 0x100 };

struct report_wish {
    struct result_choice choice;
    const char *output;
    char **records;
    int record_count;
};

static const struct argp_option options[] = {
    {"output", OPTION_OUTPUT, "DIR", 0, "Where the pages of the one record go (RECORD.report)", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct report_wish *wish = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &wish->choice;
        return 0;
    case OPTION_OUTPUT:
        wish->output = arg;
        return 0;
    case ARGP_KEY_ARGS:
        wish->records = state->argv + state->next;
        wish->record_count = state->argc - state->next;
        return 0;
    case ARGP_KEY_END:
        if (wish->output && wish->record_count != 1)
            command_refuse(state, "--output is for the pages of one record");
        if (wish->output && detections_begin(wish->records[0]))
            command_refuse(state, "--output: %s has what leak detectors said: a table, no pages",
                           wish->records[0]);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {{&results_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {
    .options = options,
    .parser = parse,
    .args_doc = "[RECORD...]",
    .doc = "Makes all pages and figures of the saved results anew; or, of the records named, a "
           "table and pages each (of what `leaklab detect` wrote a table), and nothing is run "
           "again. Records that were cut off are read up "
           "to their last whole line.",
    .children = children,
};

static bool print_deaths(const struct summary *summary)
{
    bool done = true;
    for (size_t i = 0; i < summary->pair_count; i++)
        for (enum variant v = 0; v < VARIANTS; v++)
            for (size_t k = 0; k < summary->pairs[i].variants[v].death_count; k++) {
                char *words = death_figures_words(&summary->pairs[i].variants[v].deaths[k]);
                printf("%s %s %s\n", summary->pairs[i].id, variant_name(v), words ? words : "");
                done &= words != NULL;
                free(words);
            }
    return done;
}

/* What the table has no row of. */
static bool print_unfinished(const struct recorded *recorded)
{
    bool done = true;
    for (size_t i = 0; i < recorded->case_count; i++) {
        const struct recorded_case *c = &recorded->cases[i];
        char *words = unfinished(c) ? unfinished_words(c) : NULL;
        done &= words || !unfinished(c);
        if (!words)
            continue;
        printf("%s%s%s %s, run %u: ", c->id, *c->twin ? " " : "", c->twin, variant_name(c->variant),
               c->repetition + 1);
        printable_write(stdout, words);
        putchar('\n');
        free(words);
    }
    return done;
}

static void print_table(const char *path, const struct recorded *recorded,
                        const struct summary *summary)
{
    struct terminal terminal = terminal_of(stdout);
    if (recorded->cut[0]) {
        printable_write(stdout, path);
        printf(": %s\n", recorded->cut);
    }
    if (!grid_print(&terminal, summary) || !print_deaths(summary) || !print_unfinished(recorded))
        command_say("report", "no memory for the table");
}

static void say_finding(const char *words, void *arg)
{
    (void)arg;
    command_say("report", "%s", words);
}

/* The pages of a record, beside it unless a folder is named. */
static bool make_pages(const char *path, const char *output, const struct recorded *recorded,
                       struct summary *summary)
{
    char *beside = NULL, why[600];
    struct findings findings = {.told = say_finding};
    if (!output && asprintf(&beside, "%s.report", path) < 0) {
        command_say("report", "no memory for the name of the pages");
        return false;
    }
    const char *folder = output ? output : beside;
    bool done = pages_of_record(recorded, summary, folder, &findings, why, sizeof why);
    if (done) {
        putchar('\n');
        printable_write(stdout, folder);
        fputs("/index.html\n", stdout);
    } else
        command_say("report", "%s", why);
    free(beside);
    return done && !findings.count;
}

/* What leak detectors said: a table alone. Its page is that of the results. */
static bool report_detections(const char *path)
{
    char why[600];
    struct terminal terminal = terminal_of(stdout);
    struct detections *detections = detections_read(path, why, sizeof why);
    if (detections && detections->cut[0]) {
        printable_write(stdout, path);
        printf(": %s\n", detections->cut);
    }
    bool done = detections && detectors_print(&terminal, detections);
    if (!done)
        command_say("report", "%s", detections ? "no memory for the table" : why);
    detections_free(detections);
    return done;
}

static bool report_on(const char *path, const char *output)
{
    if (detections_begin(path))
        return report_detections(path);
    char why[600];
    struct recorded *recorded = recorded_read(path, why, sizeof why);
    struct summary *summary = recorded ? summary_of(recorded) : NULL;
    bool done = summary != NULL;
    if (!recorded)
        command_say("report", "%s", why);
    else if (!summary)
        command_say("report", "no memory for the figures of %s", path);
    else {
        print_table(path, recorded, summary);
        done = make_pages(path, output, recorded, summary);
    }
    summary_free(summary);
    recorded_free(recorded);
    return done;
}

static bool report_on_all(const char *results)
{
    char why[600];
    struct findings findings = {.told = say_finding};
    bool done = pages_write(results, &findings, why, sizeof why);
    if (done) {
        printable_write(stdout, results);
        fputs("/index.html\n", stdout);
        printable_write(stdout, results);
        fputs("/README.md\n", stdout);
    } else
        command_say("report", "%s", why);
    return done && !findings.count;
}

static int run(int argc, char **argv)
{
    struct report_wish wish = {.output = NULL};
    bool done = true;
    command_parse(&argp, argc, argv, &wish);
    for (int i = 0; i < wish.record_count; i++)
        done &= report_on(wish.records[i], wish.output);
    if (!wish.record_count)
        done = report_on_all(results_to_write(&wish.choice));
    return done ? EXIT_AS_CATALOGUED : EXIT_FAILED;
}

const struct command command_report = {
    .name = "report",
    .summary = "Make tables, figures and pages of records, without running anything again",
    .argp = &argp,
    .run = run,
};
