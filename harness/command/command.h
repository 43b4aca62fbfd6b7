/* The commands, one file each, and what they share. */
#pragma once

#include "catalog.h"
#include <argp.h>

/* Exit statuses of all commands. */
enum {
    EXIT_AS_CATALOGUED = 0,
    EXIT_FAILED = 1, /* a case did not do what the catalog says, or something could not be done */
    EXIT_USAGE = 2,  /* wrong usage: nothing was done */
    EXIT_BY_SIGNAL = 128, /* and the signal's number: ended by the user */
};

/* Each command's file ends with its own. Help, manual pages and completion are made of these. */
struct command {
    const char *name, *summary; /* no summary: not for people */
    const struct argp *argp;    /* what it hands to command_parse(); those for people have one */
    int (*run)(int argc, char **argv); /* argv[0] is "leaklab NAME"; the exit status */
};

extern const struct command *const commands[]; /* commands.c; ends with NULL */

extern const struct command command_check, command_run, command_list, command_show, command_dump,
    command_explain, command_serve, command_watch, command_ps, command_pstree, command_detect,
    command_campaign, command_report, command_save, command_verify, command_compare, command_cite,
    command_forecast, command_help, command_completion, command_manual, command_case, command_live;

/* The command for people with this name; or NULL. */
const struct command *command_find(const char *name);

/* Fills in the names of commands that a mistyped one may have meant, best first, as "a, b", or "". */
enum { COMMAND_NEAREST = 128 };
const char *command_nearest(const char *name, char words[COMMAND_NEAREST]);

/* How this program was called: what hints have to begin with, so that they work when typed. */
const char *command_program(void);

/* What every command takes, too: --help and --version. */
extern const struct argp_option command_shared_options[];

/* A parser for who has no options of its own: all is for its one child, which gets the same input. */
error_t command_hand_down(int key, char *arg, struct argp_state *state);

/* Parses a command's arguments, GNU style, with --help and --version. Wrong ones end the program
 * with one line on standard error and EXIT_USAGE. input is handed to the parser as state->input. */
void command_parse(const struct argp *argp, int argc, char **argv, void *input);

/* What stands in the way, in one line on standard error: "leaklab NAME: ..". Text of files may be in it. */
void command_say(const char *name, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* For use in a parser: one line, prefixed with the command's name, and EXIT_USAGE. */
_Noreturn void command_refuse(const struct argp_state *state, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* For use in a parser: the time of --recover[=TIME], in nanoseconds; arg NULL: a second. */
int64_t command_recover(const struct argp_state *state, const char *arg);

/* For use in a parser: the pair with this id, or a refusal that names the nearest ids. */
const struct pair *command_pair(const struct argp_state *state, const char *id);
