/* `leaklab help`: the commands; `leaklab help COMMAND`: what `leaklab COMMAND --help` says. */
#include "command/command.h"
#include <stdio.h>

static error_t parse(int key, char *arg, struct argp_state *state)
{
    const struct command **command = state->input;
    char nearest[COMMAND_NEAREST];
    switch (key) {
    case ARGP_KEY_ARG:
        if (*command)
            command_refuse(state, "one command at a time, not also '%s'", arg);
        *command = command_find(arg);
        if (!*command)
            command_refuse(state, "no command is called '%s' (%s%s)", arg,
                           *command_nearest(arg, nearest) ? "nearest: "
                                                          : "leaklab help lists the commands",
                           nearest);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .parser = parse,
    .args_doc = "[COMMAND]",
    .doc = "Lists the commands; or shows the help of one, as `leaklab COMMAND --help` does.",
};

static void list_commands(void)
{
    printf("Usage: leaklab COMMAND [OPTION...] [ID...]\n"
           "Task leaks in C beside their fixes: run, measured and judged.\n\n");
    for (const struct command *const *c = commands; *c; c++)
        if ((*c)->summary)
            printf("  %-11s %s\n", (*c)->name, (*c)->summary);
    printf("\n`%s help COMMAND` tells more of each.\n"
           "Exit status: 0 all as the catalog says, 1 not so, 2 wrong usage.\n",
           command_program());
}

static int run(int argc, char **argv)
{
    const struct command *command = NULL;
    char name[64], help[] = "--help", *words[] = {name, help, NULL};
    command_parse(&argp, argc, argv, &command);
    if (command) {
        snprintf(name, sizeof name, "leaklab %s", command->name);
        return command->run(2, words);
    }
    list_commands();
    return EXIT_AS_CATALOGUED;
}

const struct command command_help = {
    .name = "help",
    .summary = "List the commands, or show the help of one",
    .argp = &argp,
    .run = run,
};
