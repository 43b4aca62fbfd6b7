/* The options and words that a command takes, as its help has them: for its manual page and for
 * completion, which are made of nothing else. */
#pragma once

#include "command/command.h"
#include <stdbool.h>

struct options {
    const struct argp_option *all[64]; /* by name; --help and --version at the end */
    size_t count;
};

/* A command's own, those it shares with others, --help and --version. What is hidden is left out. */
struct options options_of(const struct command *command);

/* The letter that stands for it, too; or 0. */
char option_letter(const struct argp_option *option);

/* What can stand where help says "leak|fix|both", "FILE" or "[ID...]". Several may be true of one. */
struct values {
    bool ids, families, files, directories, commands, programs;
    char choices[128]; /* words to take as they stand, with a space between two; or "" */
};
struct values values_of(const char *in_help);

/* In help a text is for before the options, up to \v, and for after them. The part, with its
 * length; NULL where there is none. */
const char *options_text(const struct command *command, bool after, size_t *length);
