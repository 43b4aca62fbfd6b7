/* leaklab: task leaks in C beside their fixes, run, measured and judged. */
#include "command/command.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

const struct command commands[] = {
    {"check", "Prove that each leak leaks what the catalog says, and each fix nothing",
     command_check},
    {"run", "Put leaks and fixes under real load, measure them, and judge", command_run},
    {"list", "List the pairs", command_list},
    {"show", "Show a pair side by side, the cure highlighted", command_show},
    {"dump", "Show who is parked where, on what, and why: in words, for pprof, as a flame graph",
     command_dump},
    {"serve", "Put a pair behind a real HTTP server, and show both halves live on a page",
     command_serve},
    {"watch", "Watch someone else's program: its growth, and a Go program's stacks", command_watch},
    {"report", "Make tables, figures and pages of records, without running anything again",
     command_report},
    {"save", "Make a result of a record, written once, to be cited", command_save},
    {"verify", "Hold saved results and their pages to what they say", command_verify},
    {"compare", "Compare two results: what changed, and how sure that is", command_compare},
    {"cite", "Cite a pair: the number, its interval, machine, commit and command", command_cite},
    {"forecast", "Say when a service with this leak runs out of memory", command_forecast},
    {"case", NULL, command_case},
    {"live", NULL, command_live},
    {NULL, NULL, NULL},
};

static int help(void)
{
    printf("Usage: leaklab COMMAND [OPTION...] [ID...]\n"
           "Task leaks in C beside their fixes: run, measured and judged.\n\n");
    for (const struct command *c = commands; c->name; c++)
        if (c->summary)
            printf("  %-8s %s\n", c->name, c->summary);
    printf("\n`leaklab COMMAND --help` tells more of each.\n"
           "Exit status: 0 all as the catalog says, 1 not so, 2 wrong usage.\n");
    return EXIT_AS_CATALOGUED;
}

static int unknown(const char *word)
{
    const struct command *nearest = NULL;
    size_t least = strlen(word) / 2 + 1;
    for (const struct command *c = commands; c->name; c++) {
        size_t distance = edit_distance(word, c->name);
        if (c->summary && distance < least) {
            least = distance;
            nearest = c;
        }
    }
    fprintf(stderr, "leaklab: unknown %s '%s' (%s%s)\n", word[0] == '-' ? "option" : "command",
            word, nearest ? "nearest: " : "leaklab --help lists the commands",
            nearest ? nearest->name : "");
    return EXIT_USAGE;
}

/* What could not be written was not told: that is no success. */
static int written(int status)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    fprintf(stderr, "leaklab: can not write to standard output: %s\n", strerror(errno));
    return status == EXIT_AS_CATALOGUED ? EXIT_FAILED : status;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "leaklab: which command? (leaklab --help lists them)\n");
        return EXIT_USAGE;
    }
    const char *word = argv[1];
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
        return help();
    if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0) {
        printf("leaklab %s\n", LEAKLAB_VERSION);
        return EXIT_AS_CATALOGUED;
    }
    for (const struct command *c = commands; c->name; c++) {
        if (strcmp(word, c->name) == 0) {
            char name[64]; /* what argp says of itself */
            snprintf(name, sizeof name, "leaklab %s", c->name);
            argv[1] = name;
            return written(c->run(argc - 1, argv + 1));
        }
    }
    return unknown(word);
}
