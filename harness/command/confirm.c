/* `leaklab confirm`: figures of a result, measured again, against the intervals that it published. */
#include "result/confirm.h"
#include "command/again.h"
#include "command/results.h"
#include "probe/figures.h"
#include "probe/printable.h"
#include "result/about.h"
#include "result/confirmed.h"
#include "result/result.h"
#include <math.h>
#include <stdlib.h>

struct confirm_wish {
    struct result_choice choice;
    const char *names[2];
    int count;
    const char *file; /* of --run, or NULL */
};

enum { OPTION_RUN = 0x100 };

static const struct argp_option options[] = {
    {"run", OPTION_RUN, "FILE", 0,
     "Run the same command here first, with a seed of its own, and write its record into this file",
     0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct confirm_wish *wish = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &wish->choice;
        return 0;
    case OPTION_RUN:
        wish->file = arg;
        return 0;
    case ARGP_KEY_END:
        if (wish->file && wish->count == 2)
            command_refuse(state, "--run measures, and '%s' was measured: one of them",
                           wish->names[1]);
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
    .options = options,
    .parser = parse,
    .args_doc = "RESULT [MEASURED]",
    .doc =
        "Holds what was measured here, a record, report or campaign, to a saved result: each "
        "figure of "
        "both against the 95 % interval in which the result foretells the mean of so many new "
        "processes; what is counted has to be the same. Times of another machine or build are not "
        "comparable. `leaklab save --confirms RESULT` keeps that, and the pages say so. Without "
        "MEASURED it says how often the result was confirmed, and by which command the result was "
        "made. --run runs that command here; as it is somebody else's text, only `leaklab run` "
        "with "
        "pairs and with options that say what to measure. Exit status 1 where a "
        "figure "
        "was missed by more than 3 %, or there is none in both.",
    .children = children,
};

/* How often it was confirmed already, and where. Of what is not saved nobody can have done so. */
static bool say_confirmers(const struct confirm_wish *wish, const struct summary *published)
{
    char why[600];
    struct confirmers others = {0};
    const char *results = results_to_read(&wish->choice, "confirm");
    bool loaded = results && confirmers_load(&others, results, why, sizeof why);
    char *sentence = loaded ? confirmed_sentence(&others, published->name, NULL) : NULL;
    if (results && !loaded)
        command_say("confirm", "%s", why);
    if (sentence && *sentence)
        printable_write(stdout, sentence);
    else if (sentence)
        fputs("Nobody has confirmed it yet.", stdout);
    if (sentence)
        putchar('\n');
    bool is_told = sentence;
    free(sentence);
    confirmers_free(&others);
    return is_told;
}

/* The command as words for a shell. */
static bool say_command(const struct confirm_wish *wish, const struct summary *published)
{
    char *command = about_command(published->about);
    const char *name = *published->name ? published->name : wish->names[0];
    fputs("It was measured by:\n  ", stdout);
    if (command)
        printable_write(stdout, command);
    printf("\n`leaklab confirm %s --run FILE` does so here. By hand: into a file of your own, and "
           "then "
           "`leaklab confirm %s FILE`\n",
           name, name);
    free(command);
    return !*published->name || say_confirmers(wish, published);
}

/* --- Held to it ----------------------------------------------------------------------------- */

static bool say_row(const struct confirm_row *row)
{
    char *name = confirm_row_name(row), text[FIGURE], high[FIGURE];
    if (!name)
        return false;
    printable_write(stdout, name);
    printf(": %s published", figure_digits(text, row->published));
    if (!isnan(row->low) && row->low < row->high)
        printf(" (%s to %s)", figure_digits(text, row->low), figure_digits(high, row->high));
    printf(", %s here: %s\n", figure_digits(text, row->here), confirmed_text(row->confirmed));
    free(name);
    return true;
}

static void say_end(const struct confirm_wish *wish, const struct summary *published,
                    const struct confirm_counts *counts)
{
    char text[CONFIRM_COUNTS];
    const char *name = published->name;
    printf("%s\n", confirm_counts_text(text, counts));
    if (*name && counts->rows > counts->open && !result_name(wish->names[1]))
        printf("To keep that beside the result: leaklab save --confirms %s %s\n", name,
               wish->names[1]);
}

/* Whether no figure was missed, and any was met. */
static bool confirm_by(const struct confirm_wish *wish, const struct summary *published,
                       const struct summary *here)
{
    struct confirmation *confirmation = confirm(published, here);
    bool done = confirmation;
    for (size_t i = 0; done && i < confirmation->count; i++)
        done = say_row(&confirmation->rows[i]);
    if (!done)
        command_say("confirm", "no memory for it");
    struct confirm_counts counts =
        done ? confirm_counts(confirmation, NULL) : (struct confirm_counts){0};
    if (done)
        say_end(wish, published, &counts);
    confirmation_free(confirmation);
    return done && confirm_holds(&counts);
}

static int run(int argc, char **argv)
{
    struct confirm_wish wish = {.count = 0};
    command_parse(&argp, argc, argv, &wish);
    struct summary *published = result_named(&wish.choice, wish.names[0], "confirm"), *here = NULL;
    bool done = published;
    if (published && wish.file) {
        int status = again(published, wish.file);
        if (status != EXIT_AS_CATALOGUED && status != EXIT_FAILED) {
            summary_free(published);
            return status == AGAIN_REFUSED ? EXIT_FAILED : status;
        }
        wish.names[wish.count++] = wish.file;
    }
    if (published && wish.count == 1)
        done = say_command(&wish, published);
    else if (published) {
        here = result_named(&wish.choice, wish.names[1], "confirm");
        done = here && confirm_by(&wish, published, here);
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
