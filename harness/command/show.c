/* `leaklab show`: a pair side by side, and what to expect of it. */
#include "command/command.h"
#include "load/selection.h"
#include "probe/expected.h"
#include "probe/verdict.h"
#include "report/left.h"
#include "report/sides.h"
#include "source/source.h"
#include "task/time.h"
#include <string.h>

static error_t parse(int key, char *arg, struct argp_state *state)
{
    const struct pair **pair = state->input;
    switch (key) {
    case ARGP_KEY_ARG:
        if (*pair)
            command_refuse(state, "one id at a time, not also '%s'", arg);
        *pair = command_pair(state, arg);
        return 0;
    case ARGP_KEY_NO_ARGS:
        command_refuse(state, "which pair? (leaklab list shows them all)");
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .parser = parse,
    .args_doc = "ID",
    .doc =
        "Shows both halves of a pair side by side, the mistake and its cure highlighted, within "
        "the terminal's width (or COLUMNS), and what to expect of them: what each request leaves "
        "behind, and where that waits and was made.",
};

/* What the catalog says of each half, and what it leaves behind and where, as just seen. */
static void tell_expectation(const struct terminal *t, const struct pair *pair)
{
    struct settings settings = settings_to_check(settings_default());
    struct outcome cases[VARIANTS];
    for (enum variant v = 0; v < VARIANTS; v++)
        cases[v] = outcome_of(pair, v, &settings);
    struct lab_plan plan = {.cases = cases,
                            .length = VARIANTS,
                            .at_once = VARIANTS,
                            .time_limit = MINUTE,
                            .copies = true};
    lab_run(&plan);
    for (enum variant v = 0; v < VARIANTS; v++) {
        char words[256];
        expectation_text(&pair->expected[v], words, sizeof words);
        fprintf(t->out, "%-4s  each request leaves behind: %s%s%s\n", variant_name(v),
                terminal_style(t, v == VARIANT_LEAK ? STYLE_LEAK : STYLE_CLEAN), words,
                terminal_style(t, STYLE_PLAIN));
        left_print(t, &cases[v]);
        outcome_free(&cases[v]);
    }
    fprintf(t->out, "\n%s check %s    proves it\n%s run %s    measures it under load\n",
            command_program(), pair->id, command_program(), pair->id);
}

static int run(int argc, char **argv)
{
    const struct pair *pair = NULL;
    command_parse(&argp, argc, argv, &pair);
    struct terminal t = terminal_of(stdout);
    struct sides sides;
    for (enum variant v = 0; v < VARIANTS; v++) {
        sides.title[v] = source_path(pair, v);
        sides.text[v] = source_text(pair, v);
    }
    fprintf(t.out, "%s%s%s (%s): %s\n\n", terminal_style(&t, STYLE_BOLD), pair->id,
            terminal_style(&t, STYLE_PLAIN), pair->family, pair->title);
    if (!sides_print(&t, &sides)) {
        fflush(stdout);
        command_say("show", "the program diff does not run here: install diffutils");
        return EXIT_FAILED;
    }
    fputc('\n', t.out);
    tell_expectation(&t, pair);
    return EXIT_AS_CATALOGUED;
}

const struct command command_show = {
    .name = "show",
    .summary = "Show a pair side by side, the cure highlighted",
    .argp = &argp,
    .run = run,
};
