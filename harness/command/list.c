/* `leaklab list`: the pairs, for people or as JSON. */
#include "command/command.h"
#include "probe/expected.h"
#include "probe/verdict.h"
#include "record/built.h"
#include "record/record_json.h"
#include "report/terminal.h"
#include "source/source.h"
#include <stdlib.h>
#include <string.h>

struct list_wish {
    bool as_json;
    const char **words; /* whose pairs: all where there are none */
    size_t length;
};

enum { OPTION_JSON = 0x100, OPTION_FAMILY };

static const struct argp_option options[] = {
    {"json", OPTION_JSON, 0, 0, "As an array of objects", 0},
    {"family", OPTION_FAMILY, "NAME", 0, "The pairs of one family", 0},
    {0},
};

static void add_word(struct list_wish *wish, const char *word, const struct argp_state *state)
{
    const char **more = reallocarray(wish->words, wish->length + 1, sizeof *more);
    if (!more)
        command_refuse(state, "no memory for the list of words");
    wish->words = more;
    wish->words[wish->length++] = word;
}

static bool is_family(const char *name)
{
    bool any = false;
    FOR_EACH_PAIR (pair)
        any |= catalog_names(name, NAMING_FAMILY, pair);
    return any;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct list_wish *wish = state->input;
    switch (key) {
    case OPTION_JSON:
        wish->as_json = true;
        return 0;
    case OPTION_FAMILY:
        if (!is_family(arg))
            command_refuse(state, "--family '%s': there is no such family (leaklab list shows all)",
                           arg);
        add_word(wish, arg, state);
        return 0;
    case ARGP_KEY_ARG:
        if (catalog_naming(arg) == NAMINGS)
            command_pair(state, arg); /* refuses it */
        add_word(wish, arg, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = options,
    .parser = parse,
    .args_doc = "[ID|FAMILY|WORD...]",
    .doc = "Lists the pairs, or those named by an id, a family or a word: id, family, title, and "
           "what one request of the leak leaves behind.",
};

static bool is_wanted(const struct list_wish *wish, const struct pair *pair)
{
    bool wanted = wish->length == 0;
    for (size_t i = 0; i < wish->length; i++)
        wanted |= catalog_names(wish->words[i], catalog_naming(wish->words[i]), pair);
    return wanted;
}

static json_t *pair_json(const struct pair *pair)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:o}", "id", pair->id, "family", pair->family,
                     "title", pair->title, "leak", source_path(pair, VARIANT_LEAK), "fix",
                     source_path(pair, VARIANT_FIX), "expected",
                     record_json_expectation(&pair->expected[VARIANT_LEAK]));
}

static int list_json(const struct list_wish *wish)
{
    json_t *array = json_array();
    FOR_EACH_PAIR (pair)
        if (is_wanted(wish, pair))
            array = built_and(array, pair_json(pair));
    bool done = array && json_dumpf(array, stdout, JSON_INDENT(2)) == 0;
    json_decref(array);
    putchar('\n');
    return done ? EXIT_AS_CATALOGUED : EXIT_FAILED;
}

#define LEAVES "leaves behind: "

/* The title stands beside the id, or, where the terminal is too narrow for that, beneath it. */
static void list_pair(const struct terminal *t, const struct pair *pair)
{
    char leaves[256];
    expectation_text(&pair->expected[VARIANT_LEAK], leaves, sizeof leaves);
    size_t title = strlen(pair->title), more = strlen(LEAVES) + strlen(leaves);
    int width = catalog_id_width(), indent = width + 4;
    bool beside = !t->width || (size_t)indent + (title > more ? title : more) <= (size_t)t->width;
    fprintf(t->out, "  %-*s%s%s\n%*s%s" LEAVES "%s%s\n", beside ? width : 0, pair->id,
            beside ? "  " : "\n      ", pair->title, beside ? indent : 6, "",
            terminal_style(t, STYLE_DIM), leaves, terminal_style(t, STYLE_PLAIN));
}

static int list_words(const struct list_wish *wish)
{
    struct terminal t = terminal_of(stdout);
    const char *family = "";
    FOR_EACH_PAIR (pair) {
        if (!is_wanted(wish, pair))
            continue;
        if (strcmp(family, pair->family) != 0)
            fprintf(t.out, "%s%s%s%s\n", *family ? "\n" : "", terminal_style(&t, STYLE_BOLD),
                    pair->family, terminal_style(&t, STYLE_PLAIN));
        family = pair->family;
        list_pair(&t, pair);
    }
    return EXIT_AS_CATALOGUED;
}

static int run(int argc, char **argv)
{
    struct list_wish wish = {.as_json = false};
    command_parse(&argp, argc, argv, &wish);
    int status = wish.as_json ? list_json(&wish) : list_words(&wish);
    free(wish.words);
    return status;
}

const struct command command_list = {
    .name = "list",
    .summary = "List the pairs",
    .argp = &argp,
    .run = run,
};
