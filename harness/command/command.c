#include "command/command.h"
#include "command/once.h"
#include "command/quantity.h"
#include "probe/printable.h"
#include "report/terminal.h"
#include "task/time.h"
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct command *command_find(const char *name)
{
    for (const struct command *const *c = commands; *c; c++)
        if ((*c)->summary && strcmp((*c)->name, name) == 0)
            return *c;
    return NULL;
}

/* Half of the word may be wrong; what it is the beginning of is as near as can be. */
const char *command_nearest(const char *name, char words[COMMAND_NEAREST])
{
    size_t limit = strlen(name) / 2, length = 0;
    words[0] = 0;
    for (size_t distance = 0; distance <= limit; distance++)
        for (const struct command *const *c = commands; *c && length < COMMAND_NEAREST; c++) {
            bool begins = strlen(name) > 1 && strncmp((*c)->name, name, strlen(name)) == 0;
            if ((*c)->summary && (begins ? 0 : edit_distance(name, (*c)->name)) == distance)
                length += (size_t)snprintf(words + length, COMMAND_NEAREST - length, "%s%s",
                                           length ? ", " : "", (*c)->name);
        }
    return words;
}

const char *command_program(void)
{
    return program_invocation_name;
}

void command_say(const char *name, const char *format, ...)
{
    char *words = NULL;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&words, format, arguments);
    va_end(arguments);
    fprintf(stderr, "leaklab %s: ", name);
    printable_write(stderr, length < 0 ? format : words);
    fputc('\n', stderr);
    if (length >= 0)
        free(words);
}

void command_refuse(const struct argp_state *state, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fflush(stdout);
    char *words = NULL;
    int length = vasprintf(&words, format, arguments);
    va_end(arguments);
    fprintf(stderr, "%s: ", state->name);
    printable_write(stderr, length < 0 ? format : words);
    fputc('\n', stderr);
    exit(EXIT_USAGE);
}

int64_t command_recover(const struct argp_state *state, const char *arg)
{
    int64_t every = SECOND;
    if (arg && !quantity_time(arg, &every))
        command_refuse(state, "--recover '%s': " QUANTITY_TIME, arg);
    if (every < MILLISECOND)
        command_refuse(state, "--recover '%s': must be 1ms or more", arg);
    return every;
}

const struct pair *command_pair(const struct argp_state *state, const char *id)
{
    enum { SUGGESTIONS = 3 };
    const struct pair *nearest[SUGGESTIONS], *pair = catalog_find(id);
    if (pair)
        return pair;
    size_t n = catalog_nearest(id, nearest, SUGGESTIONS);
    char words[256] = "leaklab list shows them all";
    size_t length = 0;
    for (size_t i = 0; i < n && length < sizeof words; i++)
        length += (size_t)snprintf(words + length, sizeof words - length, "%s%s%s",
                                   i == 0 ? "nearest: " : ", ", nearest[i]->id, "");
    command_refuse(state, "no pair is called '%s' (%s)", id, words);
}

/* --- Parsing -------------------------------------------------------------------------------- */

enum { OPTION_HELP = 'h', OPTION_VERSION = 'V' };

const struct argp_option command_shared_options[] = {
    {"help", OPTION_HELP, 0, 0, "Show this help", -1},
    {"version", OPTION_VERSION, 0, 0, "Show the version", -1},
    {0},
};

static const struct argp *help_of;

static const struct argp_option *option_of(const struct argp *argp, const char *word, size_t length)
{
    for (const struct argp_option *o = argp->options; o && (o->name || o->key); o++)
        if (o->name && strlen(o->name) == length && strncmp(o->name, word, length) == 0)
            return o;
    for (const struct argp_child *child = argp->children; child && child->argp; child++) {
        const struct argp_option *option = option_of(child->argp, word, length);
        if (option)
            return option;
    }
    return NULL;
}

/* argp has stopped at a word; getopt, which knows why, was told to be silent. */
static void refuse_word(const struct argp_state *state)
{
    const char *word = state->next > 0 ? state->argv[state->next - 1] : "";
    const char *name = word + strspn(word, "-");
    size_t length = strcspn(name, "=");
    const struct argp_option *option = option_of(help_of, name, length);
    if (option && option->arg)
        command_refuse(state, "option '%s' needs a value", word);
    if (option && name[length])
        command_refuse(state, "option '%.*s' takes no value", (int)(name + length - word), word);
    command_refuse(state, "unknown option '%s' (%s --help lists them)", word, state->name);
}

/* argp fills 79 columns unless it is told otherwise; so may the user. */
static void fit_help(void)
{
    enum { USUAL = 80 };
    char format[32];
    int width = terminal_of(stdout).width;
    snprintf(format, sizeof format, "rmargin=%d", width - 1);
    if (width && width < USUAL)
        setenv("ARGP_HELP_FMT", format, 0);
}

error_t command_hand_down(int key, char *arg, struct argp_state *state)
{
    (void)arg;
    if (key != ARGP_KEY_INIT)
        return ARGP_ERR_UNKNOWN;
    state->child_inputs[0] = state->input;
    return 0;
}

static error_t parse_shared(int key, char *arg, struct argp_state *state)
{
    (void)arg;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = state->input;
        return 0;
    case OPTION_HELP:
        fit_help();
        argp_help(help_of, stdout, ARGP_HELP_USAGE | ARGP_HELP_LONG | ARGP_HELP_DOC, state->name);
        exit(EXIT_SUCCESS);
    case OPTION_VERSION:
        printf("leaklab %s\n", LEAKLAB_VERSION);
        exit(EXIT_SUCCESS);
    case ARGP_KEY_ERROR:
        refuse_word(state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

void command_parse(const struct argp *argp, int argc, char **argv, void *input)
{
    const struct argp_child children[] = {{argp, 0, NULL, 0}, {0}};
    const struct argp all = {
        .options = command_shared_options, .parser = parse_shared, .children = children};
    const struct argp_option *twice = option_given_twice(&all, argc, argv);
    if (twice) {
        fprintf(stderr, "%s: option '--%s' is given twice\n", argv[0], twice->name);
        exit(EXIT_USAGE);
    }
    help_of = &all;
    /* Our own words, in one line, and exit status 2 in place of argp's. */
    error_t failed = argp_parse(&all, argc, argv, ARGP_NO_ERRS | ARGP_NO_HELP, NULL, input);
    help_of = NULL;
    if (failed) {
        fprintf(stderr, "%s: can not read the arguments: %s\n", argv[0], strerror(failed));
        exit(EXIT_USAGE);
    }
}
