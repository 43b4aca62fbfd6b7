/* `leaklab report`: pages, figures and tables from records, without running anything again. */
#include "command/results.h"
#include "page/pages.h"
#include "report/grid.h"
#include "result/death.h"
#include "result/summarize.h"
#include <stdlib.h>
#include <string.h>

enum { OPTION_OUTPUT = 0x100, PATH = 1024 };

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
           "table and pages each, and nothing is run again. Records that were cut off are read up "
           "to their last whole line.",
    .children = children,
};

static void print_deaths(const struct summary *summary)
{
    for (size_t i = 0; i < summary->pair_count; i++)
        for (enum variant v = 0; v < VARIANTS; v++)
            for (size_t k = 0; k < summary->pairs[i].variants[v].death_count; k++) {
                char *words = death_figures_words(&summary->pairs[i].variants[v].deaths[k]);
                printf("%s %s %s\n", summary->pairs[i].id, variant_name(v), words ? words : "");
                free(words);
            }
}

static bool table_of(const char *path)
{
    char why[600];
    struct recorded *recorded = recorded_read(path, why, sizeof why);
    struct summary *summary = recorded ? summary_of(recorded) : NULL;
    struct terminal terminal = terminal_of(stdout);
    if (recorded && recorded->cut[0])
        printf("%s: %s\n", path, recorded->cut);
    if (summary) {
        grid_print(&terminal, summary);
        print_deaths(summary);
    } else
        command_say("report", "%s", recorded ? "no memory for the figures of the record" : why);
    summary_free(summary);
    recorded_free(recorded);
    return summary != NULL;
}

static bool report_on(const char *path, const char *output)
{
    char folder[PATH], cut[256], why[600];
    size_t length = strlen(path);
    if (!table_of(path))
        return false;
    if (length + sizeof ".report" > sizeof folder) {
        command_say("report", "%s: the path is too long", path);
        return false;
    }
    snprintf(folder, sizeof folder, "%.1000s.report", path);
    if (!pages_of_record(path, output ? output : folder, cut, sizeof cut, why, sizeof why)) {
        command_say("report", "%s", why);
        return false;
    }
    printf("\n%s/index.html\n", output ? output : folder);
    return true;
}

static int run(int argc, char **argv)
{
    struct report_wish wish = {.output = NULL};
    char why[600];
    bool done = true;
    command_parse(&argp, argc, argv, &wish);
    for (int i = 0; i < wish.record_count; i++)
        done &= report_on(wish.records[i], wish.output);
    if (!wish.record_count) {
        const char *results = results_to_write(&wish.choice);
        done = pages_write(results, why, sizeof why);
        if (done)
            printf("%s/index.html\n%s/README.md\n", results, results);
        else
            command_say("report", "%s", why);
    }
    return done ? EXIT_AS_CATALOGUED : EXIT_FAILED;
}

const struct command command_report = {
    .name = "report",
    .summary = "Make tables, figures and pages of records, without running anything again",
    .argp = &argp,
    .run = run,
};
