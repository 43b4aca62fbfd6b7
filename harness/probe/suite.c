#include "probe/suite.h"
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- Running ------------------------------------------------------------------------------------ */

/* The caller frees the array, and nothing of what it points to. NULL: no memory. */
static char **environment_with(char *const more[])
{
    size_t count = 0, added = 0;
    while (environ[count])
        count++;
    while (more && more[added])
        added++;
    char **all = calloc(count + added + 1, sizeof *all);
    if (all)
        memcpy(all, environ, count * sizeof *all);
    for (size_t i = 0; all && i < added; i++)
        all[count + i] = more[i];
    return all;
}

static pid_t start(char *const argv[], char *const environment[], int out)
{
    pid_t child = -1;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    errno = posix_spawn(&child, argv[0], &actions, NULL, argv, environment);
    posix_spawn_file_actions_destroy(&actions);
    return errno ? -1 : child;
}

static void read_all(int fd, struct suite_said *said)
{
    char piece[65536];
    ssize_t got;
    FILE *into = open_memstream(&said->text, &said->length);
    while ((got = read(fd, piece, sizeof piece)) > 0 || (got < 0 && errno == EINTR))
        if (into && got > 0)
            fwrite(piece, 1, (size_t)got, into);
    if (into)
        fclose(into);
}

bool suite_run(char *const argv[], char *const more[], struct suite_said *said)
{
    int ends[2], error;
    char **environment = environment_with(more);
    pid_t child = -1;
    if (environment && pipe2(ends, O_CLOEXEC) == 0) {
        child = start(argv, environment, ends[1]);
        error = errno;
        close(ends[1]);
        if (child > 0)
            read_all(ends[0], said);
        close(ends[0]);
        errno = error;
    }
    error = errno;
    free(environment);
    errno = error;
    if (child < 0)
        return false;
    while (waitpid(child, &said->status, 0) < 0 && errno == EINTR)
        continue;
    return true;
}

const char *suite_ended(char text[SUITE_ENDED], int status)
{
    if (WIFSIGNALED(status))
        snprintf(text, SUITE_ENDED, "signal %d", WTERMSIG(status));
    else
        snprintf(text, SUITE_ENDED, "exit status %d", WEXITSTATUS(status));
    return text;
}

/* --- One row ------------------------------------------------------------------------------------ */

bool suite_filter(char *option, size_t size, const char *row)
{
    static const char end[] = "(/manual_time|/real_time)?$";
    size_t at = (size_t)snprintf(option, size, "--benchmark_filter=^");
    for (; *row && at + 2 + sizeof end <= size; row++) {
        if (strchr(".[]{}()*+?^$|\\", *row))
            option[at++] = '\\';
        option[at++] = *row;
    }
    snprintf(option + at, size - at, "%s", end);
    return !*row;
}
