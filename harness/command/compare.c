/* `leaklab compare`: two results, pair by pair. */
#include "command/results.h"
#include "report/terminal.h"
#include "result/compare_costs.h"
#include "result/costs.h"
#include "result/phrase.h"
#include <ctype.h>
#include <math.h>
#include <stdlib.h>

struct compare_wish {
    struct result_choice choice;
    const char *names[2];
    int count;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct compare_wish *wish = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &wish->choice;
        return 0;
    case ARGP_KEY_ARG:
        if (wish->count == 2)
            command_refuse(state, "two results at a time, not also '%s'", arg);
        wish->names[wish->count++] = arg;
        return 0;
    case ARGP_KEY_END:
        if (wish->count < 2)
            command_refuse(state, "which two results? (the one before, the one after)");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {{&results_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {
    .parser = parse,
    .args_doc = "BEFORE AFTER",
    .doc = "Compares two results, or records or reports that are not saved: bytes per request of "
           "each variant, "
           "the change with its 95 % interval, and whether that is better, worse, or no difference "
           "that can be seen. Benchmarks likewise, by name: one run each has no interval, so make "
           "them with --benchmark_repetitions=5. Says where machine or settings differ.",
    .children = children,
};

static void say_tasks(const struct comparison *row)
{
    if (row->tasks_before != row->tasks_after && !isnan(row->tasks_before + row->tasks_after))
        printf(" (tasks left per request: %.3f before, %.3f after)", row->tasks_before,
               row->tasks_after);
}

static void say_change(const struct terminal *t, enum change change)
{
    static const enum style styles[] = {
        [CHANGE_BETTER] = STYLE_CLEAN,
        [CHANGE_WORSE] = STYLE_LEAK,
        [CHANGE_NONE] = STYLE_PLAIN,
        [CHANGE_UNKNOWN] = STYLE_DIM,
    };
    printf("%s%s%s", terminal_style(t, styles[change]), change_text(change),
           terminal_style(t, STYLE_PLAIN));
}

static void say(const struct terminal *t, const struct comparison *row)
{
    char before[PHRASE], after[PHRASE], by[PHRASE], interval[PHRASE];
    const struct estimate *difference = &row->difference;
    printf("%-16s %-4s  %12s  %12s  %10s  %-24s  ", row->id, variant_name(row->variant),
           phrase_number(before, row->before, difference),
           phrase_number(after, row->after, difference),
           phrase_number(by, difference->value, difference), phrase_interval(interval, difference));
    say_change(t, row->change);
    if (difference->value != 0 && row->before != 0 && isfinite(difference->value / row->before) &&
        row->change != CHANGE_NONE && row->change != CHANGE_UNKNOWN && row->before > 1)
        printf(", %+.2f %%", 100 * difference->value / row->before);
    say_tasks(row);
    putchar('\n');
}

static bool say_pairs(const struct terminal *t, const struct summary *before,
                      const struct summary *after)
{
    size_t count;
    struct comparison *rows = compare(before, after, &count);
    if (count)
        printf("%s%-16s %-4s  %12s  %12s  %10s  %-24s  %s%s\n", terminal_style(t, STYLE_BOLD),
               "bytes/request", "", "before", "after", "change", "95 % interval", "verdict",
               terminal_style(t, STYLE_PLAIN));
    for (size_t i = 0; rows && i < count; i++)
        say(t, &rows[i]);
    free(rows);
    return rows;
}

/* --- Benchmarks ----------------------------------------------------------------------------- */

/* Names come from a file: on a terminal they are to be nothing but text. */
static void say_name(const char *name)
{
    int columns = 0;
    for (; *name; name++, columns++)
        putchar(isprint((unsigned char)*name) ? *name : '?');
    printf("%*s", columns < 38 ? 38 - columns : 0, "");
}

static void say_cost(const struct terminal *t, const struct cost_comparison *row)
{
    char before[PHRASE], after[PHRASE], by[PHRASE] = "-", interval[PHRASE] = "";
    const struct estimate *difference = &row->difference;
    if (row->before > 0 && !isnan(difference->value))
        snprintf(by, sizeof by, "%+.1f %%", 100 * difference->value / row->before);
    if (row->before > 0 && !isnan(difference->low))
        snprintf(interval, sizeof interval, "%+.1f to %+.1f %%",
                 100 * difference->low / row->before, 100 * difference->high / row->before);
    say_name(row->name);
    printf("  %10s  %10s  %9s  %-20s  ",
           isnan(row->before) ? "-" : cost_text(before, row->unit, row->before),
           isnan(row->after) ? "-" : cost_text(after, row->unit, row->after), by, interval);
    say_change(t, row->change);
    putchar('\n');
}

static bool say_costs(const struct terminal *t, const char *what, const struct benchmarks *before,
                      const struct benchmarks *after)
{
    size_t count;
    struct cost_comparison *rows = compare_costs(before, after, &count);
    if (count)
        printf("%s%-38s  %10s  %10s  %9s  %-20s  %s%s\n", terminal_style(t, STYLE_BOLD), what,
               "before", "after", "change", "95 % interval", "verdict",
               terminal_style(t, STYLE_PLAIN));
    for (size_t i = 0; rows && i < count; i++)
        say_cost(t, &rows[i]);
    if (count)
        printf("Runs of one process do not show what differs between two: a few per cent may be "
               "where code and data came to lie.\n");
    free(rows);
    return rows;
}

/* --- All ------------------------------------------------------------------------------------ */

static bool say_all(const struct summary *before, const struct summary *after)
{
    struct terminal t = terminal_of(stdout);
    char *conditions = compare_conditions(before, after);
    bool done = conditions != NULL;
    if (done && *conditions)
        printf("not the same conditions:\n%s\n", conditions);
    done = done && say_pairs(&t, before, after) &&
           say_costs(&t, "one operation", before->benchmarks, after->benchmarks) &&
           say_costs(&t, "against Go", before->versus, after->versus);
    free(conditions);
    return done;
}

static int run(int argc, char **argv)
{
    struct compare_wish wish = {.count = 0};
    command_parse(&argp, argc, argv, &wish);
    struct summary *before = result_named(&wish.choice, wish.names[0], "compare");
    struct summary *after = before ? result_named(&wish.choice, wish.names[1], "compare") : NULL;
    bool done = after && say_all(before, after);
    if (after && !done)
        fprintf(stderr, "leaklab compare: no memory for it\n");
    summary_free(before);
    summary_free(after);
    return done ? EXIT_AS_CATALOGUED : EXIT_FAILED;
}

const struct command command_compare = {
    .name = "compare",
    .summary = "Compare two results: what changed, and how sure that is",
    .argp = &argp,
    .run = run,
};
