/* `leaklab cite`: a sentence about a pair that somebody else can check. */
#include "command/results.h"
#include "result/cite_short.h"
#include <stdlib.h>
#include <string.h>

enum { OPTION_FORMAT = 0x100, OPTION_SHORT };

struct cite_wish {
    struct result_choice choice;
    const struct pair *pair;
    enum cite_format format;
    bool is_short;
};

static const struct argp_option options[] = {
    {"format", OPTION_FORMAT, "markdown|bibtex|text", 0, "The form of the citation (text)", 0},
    {"short", OPTION_SHORT, NULL, 0, "One line: the figure, the day, and where it stands", 0},
    {0},
};

static enum cite_format format_of(const char *name, const struct argp_state *state)
{
    for (enum cite_format format = 0; format < CITE_FORMATS; format++)
        if (strcmp(name, cite_format_name(format)) == 0)
            return format;
    command_refuse(state, "--format '%s': must be markdown, bibtex or text", name);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct cite_wish *wish = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &wish->choice;
        return 0;
    case OPTION_FORMAT:
        wish->format = format_of(arg, state);
        return 0;
    case OPTION_SHORT:
        wish->is_short = true;
        return 0;
    case ARGP_KEY_END:
        if (wish->is_short && wish->format == CITE_BIBTEX)
            command_refuse(state, "--short is a line of text or markdown: bibtex has one form");
        return 0;
    case ARGP_KEY_ARG:
        if (wish->pair)
            command_refuse(state, "one id at a time, not also '%s'", arg);
        wish->pair = command_pair(state, arg);
        return 0;
    case ARGP_KEY_NO_ARGS:
        command_refuse(state, "which pair? (leaklab list shows them all)");
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {{&result_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {
    .options = options,
    .parser = parse,
    .args_doc = "ID",
    .doc =
        "Says what was measured of a pair, with its interval, the machine, the commit, the "
        "command, who has confirmed it, and where it stands for as long as the result does: as an "
        "address, where it is "
        "known "
        "where this tree stands (`make URL=...`, CITATION.cff, or git's remote), else as a path.",
    .children = children,
};

/* Who has measured it again, of the results in the same folder. NULL: said why not. */
static char *confirmed(const struct cite_wish *wish, const struct summary *summary,
                       const struct measured_pair *pair)
{
    char why[600] = "no memory for the citation";
    struct confirmers others = {0};
    const char *results = results_to_read(&wish->choice, "cite");
    char *text = results && confirmers_load(&others, results, why, sizeof why)
                     ? cite_confirmed(summary, pair, wish->format, &others)
                     : NULL;
    if (results && !text)
        command_say("cite", "%s", why);
    confirmers_free(&others);
    return text;
}

static bool say(const struct cite_wish *wish, const struct summary *summary)
{
    const struct measured_pair *pair = summary_pair(summary, wish->pair->id);
    char *text = wish->is_short ? cite_short(summary, pair, wish->format, origin_here())
                                : cite_at(summary, pair, wish->format, origin_here());
    char *more = text && !wish->is_short ? confirmed(wish, summary, pair) : NULL;
    bool done = text && (more || wish->is_short);
    if (!text)
        command_say("cite", "no memory for the citation");
    if (done)
        printf("%s%s", text, more ? more : "");
    free(text);
    free(more);
    return done;
}

static int run(int argc, char **argv)
{
    struct cite_wish wish = {.format = CITE_TEXT};
    command_parse(&argp, argc, argv, &wish);
    struct summary *summary = result_with(&wish.choice, wish.pair, "cite");
    bool done = summary && say(&wish, summary);
    summary_free(summary);
    return done ? EXIT_AS_CATALOGUED : EXIT_FAILED;
}

const struct command command_cite = {
    .name = "cite",
    .summary = "Cite a pair: the number, its interval, machine, commit and command",
    .argp = &argp,
    .run = run,
};
