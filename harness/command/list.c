/* `leaklab list`: the pairs, for people or as JSON. */
#include "command/command.h"
#include "probe/expected.h"
#include "probe/verdict.h"
#include "record/built.h"
#include "record/record_json.h"
#include "report/terminal.h"
#include "source/source.h"
#include <string.h>

enum { OPTION_JSON = 0x100 };

static const struct argp_option options[] = {
    {"json", OPTION_JSON, 0, 0, "As an array of objects", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    bool *as_json = state->input;
    switch (key) {
    case OPTION_JSON:
        *as_json = true;
        return 0;
    case ARGP_KEY_ARG:
        command_refuse(state, "takes no id, not '%s' (leaklab show ID shows one pair)", arg);
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = options,
    .parser = parse,
    .doc = "Lists the pairs: id, family, title, and what one request of the leak leaves behind.",
};

static json_t *pair_json(const struct pair *pair)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:o}", "id", pair->id, "family", pair->family,
                     "title", pair->title, "leak", source_path(pair, VARIANT_LEAK), "fix",
                     source_path(pair, VARIANT_FIX), "expected",
                     record_json_expectation(&pair->expected[VARIANT_LEAK]));
}

static int list_json(void)
{
    json_t *array = json_array();
    FOR_EACH_PAIR (pair)
        array = built_and(array, pair_json(pair));
    bool done = array && json_dumpf(array, stdout, JSON_INDENT(2)) == 0;
    json_decref(array);
    putchar('\n');
    return done ? EXIT_AS_CATALOGUED : EXIT_FAILED;
}

#define LEAVES "leaves behind: "
enum { INDENT = 20 };

static bool fits(const struct terminal *t, size_t length)
{
    return !t->width || INDENT + length <= (size_t)t->width;
}

static int list_words(void)
{
    struct terminal t = terminal_of(stdout);
    const char *family = "";
    FOR_EACH_PAIR (pair) {
        char leaves[256];
        expectation_text(&pair->expected[VARIANT_LEAK], leaves, sizeof leaves);
        if (strcmp(family, pair->family) != 0)
            fprintf(t.out, "%s%s%s%s\n", *family ? "\n" : "", terminal_style(&t, STYLE_BOLD),
                    pair->family, terminal_style(&t, STYLE_PLAIN));
        family = pair->family;
        /* Beside the id, or, where the terminal is too narrow for that, beneath it. */
        size_t longest = strlen(pair->title), more = strlen(LEAVES) + strlen(leaves);
        bool beside = fits(&t, longest > more ? longest : more);
        fprintf(t.out, "  %-*s%s%s\n%*s%s" LEAVES "%s%s\n", beside ? 16 : 0, pair->id,
                beside ? "  " : "\n      ", pair->title, beside ? INDENT : 6, "",
                terminal_style(&t, STYLE_DIM), leaves, terminal_style(&t, STYLE_PLAIN));
    }
    return EXIT_AS_CATALOGUED;
}

static int run(int argc, char **argv)
{
    bool as_json = false;
    command_parse(&argp, argc, argv, &as_json);
    return as_json ? list_json() : list_words();
}

const struct command command_list = {
    .name = "list",
    .summary = "List the pairs",
    .argp = &argp,
    .run = run,
};
