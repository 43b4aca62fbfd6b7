#include "command/options.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static void add(struct options *options, const struct argp_option *more)
{
    for (; more && (more->name || more->key); more++)
        if (more->name && !(more->flags & OPTION_HIDDEN) &&
            options->count < sizeof options->all / sizeof *options->all)
            options->all[options->count++] = more;
}

static void add_argp(struct options *options, const struct argp *argp)
{
    add(options, argp->options);
    for (const struct argp_child *child = argp->children; child && child->argp; child++)
        add_argp(options, child->argp);
}

static int by_name(const void *a, const void *b)
{
    const struct argp_option *const *left = a, *const *right = b;
    return strcmp((*left)->name, (*right)->name);
}

struct options options_of(const struct command *command)
{
    struct options options = {.count = 0};
    add_argp(&options, command->argp);
    qsort(options.all, options.count, sizeof *options.all, by_name);
    add(&options, command_shared_options);
    return options;
}

char option_letter(const struct argp_option *option)
{
    return option->key > 0 && option->key < 128 && isalnum(option->key) ? (char)option->key : 0;
}

static bool is(const char *word, size_t length, const char *name)
{
    return strlen(name) == length && strncmp(word, name, length) == 0;
}

static void add_choice(struct values *values, const char *word, size_t length)
{
    size_t taken = strlen(values->choices);
    if (taken + length + 2 < sizeof values->choices)
        snprintf(values->choices + taken, sizeof values->choices - taken, "%s%.*s",
                 taken ? " " : "", (int)length, word);
}

struct values values_of(const char *in_help)
{
    static const char between[] = " |[].\n";
    static const char *const files[] = {"FILE", "RECORD", "REPORT", "BEFORE", "AFTER"};
    struct values values = {.choices = ""};
    bool of_another = false; /* after "--" */
    size_t length;
    for (const char *word = in_help; word && *word; word += length) {
        word += strspn(word, between);
        length = strcspn(word, between);
        of_another |= is(word, length, "--");
        values.ids |= is(word, length, "ID");
        values.families |= is(word, length, "FAMILY");
        values.directories |= is(word, length, "DIR");
        values.commands |= is(word, length, "COMMAND") && !of_another;
        values.programs |= is(word, length, "COMMAND") && of_another;
        for (size_t i = 0; i < sizeof files / sizeof *files; i++)
            values.files |= is(word, length, files[i]);
        if (islower((unsigned char)*word))
            add_choice(&values, word, length);
    }
    return values;
}

const char *options_text(const struct command *command, bool after, size_t *length)
{
    const char *text = command->argp->doc, *cut = text ? strchr(text, '\v') : NULL;
    if (!after) {
        *length = cut ? (size_t)(cut - text) : text ? strlen(text) : 0;
        return text;
    }
    *length = cut ? strlen(cut + 1) : 0;
    return cut ? cut + 1 : NULL;
}
