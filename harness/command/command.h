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

struct command {
    const char *name, *summary;        /* no summary: not for people */
    int (*run)(int argc, char **argv); /* argv[0] is the command's own name; the exit status */
};

extern const struct command commands[]; /* main.c; ends with a NULL name */

int command_check(int argc, char **argv);
int command_run(int argc, char **argv);
int command_list(int argc, char **argv);
int command_show(int argc, char **argv);
int command_dump(int argc, char **argv);
int command_case(int argc, char **argv);
int command_serve(int argc, char **argv);
int command_live(int argc, char **argv);
int command_watch(int argc, char **argv);
int command_report(int argc, char **argv);
int command_save(int argc, char **argv);
int command_verify(int argc, char **argv);
int command_compare(int argc, char **argv);
int command_cite(int argc, char **argv);
int command_forecast(int argc, char **argv);

/* Parses a command's arguments, GNU style, with --help and --version. Wrong ones end the program
 * with one line on standard error and EXIT_USAGE. input is handed to the parser as state->input. */
void command_parse(const struct argp *argp, int argc, char **argv, void *input);

/* For use in a parser: one line, prefixed with the command's name, and EXIT_USAGE. */
_Noreturn void command_refuse(const struct argp_state *state, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* For use in a parser: the pair with this id, or a refusal that names the nearest ids. */
const struct pair *command_pair(const struct argp_state *state, const char *id);
