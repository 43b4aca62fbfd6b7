/* leaklab: task leaks in C beside their fixes, run, measured and judged. */
#include "command/command.h"
#include "proof/look.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Where a shell has closed one of these (`>&-`), the next file opened, a record say, would take its number, and what
 * is printed would go into it. Opened the wrong way round: to write there still is an error. False: it can not be. */
static bool keep_standard_descriptors(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 &&
            open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
            return false;
    return true;
}

static int unknown(const char *word)
{
    char nearest[COMMAND_NEAREST];
    fprintf(stderr, "leaklab: unknown %s '%s' (%s%s)\n", word[0] == '-' ? "option" : "command",
            word, *command_nearest(word, nearest) ? "nearest: " : "leaklab help lists the commands",
            nearest);
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

static int run(const struct command *command, int argc, char **argv)
{
    char name[64]; /* what argp says of itself */
    snprintf(name, sizeof name, "leaklab %s", command->name);
    argv[0] = name;
    return written(command->run(argc, argv));
}

int main(int argc, char **argv)
{
    proof_prepare(); /* what the loader and others have left where our frames are going to be */
    if (!keep_standard_descriptors()) {
        fprintf(stderr,
                "leaklab: a standard descriptor is closed, and /dev/null can not be opened "
                "in its place: %s\n",
                strerror(errno));
        return EXIT_FAILED;
    }
    if (argc < 2) {
        fprintf(stderr, "leaklab: which command? (leaklab help lists them)\n");
        return EXIT_USAGE;
    }
    const char *word = argv[1];
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
        return run(&command_help, 1, argv);
    if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0) {
        printf("leaklab %s\n", LEAKLAB_VERSION);
        return written(EXIT_AS_CATALOGUED);
    }
    for (const struct command *const *c = commands; *c; c++)
        if (strcmp(word, (*c)->name) == 0)
            return run(*c, argc - 1, argv + 1);
    return unknown(word);
}
