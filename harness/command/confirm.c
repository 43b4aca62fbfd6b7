/* `leaklab confirm`: figures of a result, measured again, against the intervals that it published. */
#include "result/confirm.h"
#include "command/results.h"
#include "probe/printable.h"
#include "probe/typed.h"
#include <math.h>
#include <stdlib.h>

struct confirm_wish {
    struct result_choice choice;
    const char *names[2];
    int count;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct confirm_wish *wish = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &wish->choice;
        return 0;
    case ARGP_KEY_ARG:
        if (wish->count == 2)
            command_refuse(state, "a result and what was measured here, not also '%s'", arg);
        wish->names[wish->count++] = arg;
        return 0;
    case ARGP_KEY_NO_ARGS:
        command_refuse(state, "which result?");
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {{&results_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {
    .parser = parse,
    .args_doc = "RESULT [MEASURED]",
    .doc = "Holds what was measured here, a record, report or campaign, to a saved result: each "
           "figure of "
           "both against the 95 % interval in which the result foretells the mean of so many new "
           "processes. Without MEASURED it says by which command the result was made: a result is "
           "somebody else's text, and so its command is told, and not run. Exit status 1 where a "
           "figure "
           "was missed by more than 3 %, or there is none in both.",
    .children = children,
};

/* The command as words for a shell. */
static void say_command(const struct summary *summary)
{
    const json_t *words = json_object_get(summary->about, "command");
    json_t *word;
    size_t i;
    printf("it was measured by:\n ");
    json_array_foreach(words, i, word)
    {
        putchar(' ');
        printable_write(stdout, json_string_value(word) ? json_string_value(word) : "?");
    }
    printf("\nRun it here, into a file of your own, and then: leaklab confirm RESULT FILE\n");
}

static void say_row(const struct confirm_row *row)
{
    printable_write(stdout, row->name);
    printf(": %.4g published", row->published);
    if (!isnan(row->low))
        printf(" (%.4g to %.4g)", row->low, row->high);
    printf(", %.4g here: %s\n", row->here, confirmed_text(row->confirmed));
}

/* Whether no figure was missed, and any was there. */
static bool say_rows(const struct confirm_row *rows, size_t count)
{
    size_t counts[CONFIRMED_NO_INTERVAL + 1] = {0};
    for (size_t i = 0; i < count; i++) {
        say_row(&rows[i]);
        counts[rows[i].confirmed]++;
    }
    printf("%zu of %zu met, %zu more within 3 %%, %zu missed, %zu without an interval\n",
           counts[CONFIRMED_MET], count, counts[CONFIRMED_CLOSE], counts[CONFIRMED_MISSED],
           counts[CONFIRMED_NO_INTERVAL]);
    return counts[CONFIRMED_MET] + counts[CONFIRMED_CLOSE] && !counts[CONFIRMED_MISSED];
}

static bool confirm_by(const struct summary *published, const struct summary *here)
{
    size_t count;
    struct confirm_row *rows = confirm(published, here, &count);
    bool done = rows && say_rows(rows, count);
    if (!rows)
        command_say("confirm", "no memory for it");
    free(rows);
    return done;
}

static int run(int argc, char **argv)
{
    struct confirm_wish wish = {.count = 0};
    command_parse(&argp, argc, argv, &wish);
    struct summary *published = result_named(&wish.choice, wish.names[0], "confirm"), *here = NULL;
    bool done = published;
    if (published && wish.count == 1)
        say_command(published);
    else if (published) {
        here = result_named(&wish.choice, wish.names[1], "confirm");
        done = here && confirm_by(published, here);
    }
    summary_free(published);
    summary_free(here);
    return done ? EXIT_AS_CATALOGUED : EXIT_FAILED;
}

const struct command command_confirm = {
    .name = "confirm",
    .summary = "Hold what was measured again to a result",
    .argp = &argp,
    .run = run,
};
