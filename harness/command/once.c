#include "command/once.h"
#include <ctype.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 64 };

/* A command's options as getopt, which argp is made of, takes them. */
struct taken {
    const struct argp_option *options[MOST];
    struct option longs[MOST + 1];
    char shorts[2 * MOST + 1];
    size_t count;
};

static bool is_letter(const struct argp_option *option)
{
    return option->key > 0 && option->key < 128 && isalnum(option->key);
}

static void add(struct taken *taken, const struct argp_option *option)
{
    size_t length = strlen(taken->shorts);
    if (!option->name || taken->count == MOST)
        return;
    if (is_letter(option)) {
        taken->shorts[length] = (char)option->key;
        taken->shorts[length + 1] = option->arg ? ':' : 0;
    }
    taken->longs[taken->count] =
        (struct option){option->name,
                        !option->arg                          ? no_argument
                        : option->flags & OPTION_ARG_OPTIONAL ? optional_argument
                                                              : required_argument,
                        NULL, 0};
    taken->options[taken->count++] = option;
}

static void add_all(struct taken *taken, const struct argp *argp)
{
    for (const struct argp_option *o = argp->options; o && (o->name || o->key); o++)
        add(taken, o);
    for (const struct argp_child *child = argp->children; child && child->argp; child++)
        add_all(taken, child->argp);
}

static size_t number_of(const struct taken *taken, int letter)
{
    size_t i = 0;
    while (i < taken->count && !(is_letter(taken->options[i]) && taken->options[i]->key == letter))
        i++;
    return i;
}

static const struct argp_option *find_twice(const struct taken *taken, int argc, char **argv)
{
    bool seen[MOST] = {false};
    int at = 0;
    opterr = 0;
    optind = 0; /* begins anew */
    for (int found; (found = getopt_long(argc, argv, taken->shorts, taken->longs, &at)) != -1;) {
        size_t i = found ? number_of(taken, found) : (size_t)at;
        if (found == '?' || i == taken->count || !taken->options[i]->arg)
            continue;
        if (seen[i] && !(taken->options[i]->flags & OPTION_ADDS_UP))
            return taken->options[i];
        seen[i] = true;
    }
    return NULL;
}

const struct argp_option *option_given_twice(const struct argp *argp, int argc, char *const *argv)
{
    struct taken taken = {.count = 0};
    char **copy = calloc((size_t)argc + 1, sizeof *copy); /* getopt moves words */
    if (!copy) {
        fprintf(stderr, "%s: no memory for its %d words\n", argv[0], argc);
        exit(EXIT_FAILURE);
    }
    memcpy(copy, argv, (size_t)argc * sizeof *copy);
    add_all(&taken, argp);
    const struct argp_option *twice = find_twice(&taken, argc, copy);
    free(copy);
    return twice;
}
