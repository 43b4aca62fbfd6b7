#include "bench/process.h"
#include "probe/yardstick.h"
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <sched.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- Cores ------------------------------------------------------------------------------------ */

static cpu_set_t allowed; /* at the start */

int process_core(int asked)
{
    int highest = -1;
    if (sched_getaffinity(0, sizeof allowed, &allowed))
        return -1;
    for (int i = 0; i < CPU_SETSIZE; i++)
        if (CPU_ISSET(i, &allowed))
            highest = i;
    return asked < 0 ? highest : asked;
}

bool process_pin(int core, bool two)
{
    cpu_set_t cores;
    int other = two ? CPU_SETSIZE - 1 : -1;
    if (core >= CPU_SETSIZE) {
        errno = EINVAL;
        return false;
    }
    CPU_ZERO(&cores);
    CPU_SET(core, &cores);
    while (other >= 0 && (other == core || !CPU_ISSET(other, &allowed)))
        other--;
    if (two && other < 0) {
        errno = ENODEV;
        return false;
    }
    if (two)
        CPU_SET(other, &cores);
    return !sched_setaffinity(0, sizeof cores, &cores);
}

/* --- Alone on it ------------------------------------------------------------------------------ */

bool process_alone(bool (*run)(void *arg), void *arg, bool as_it_comes)
{
    enum { TRIES = 4 };
    static double least; /* that the yardstick ever took here */
    if (as_it_comes) {
        run(arg);
        return true;
    }
    if (least == 0)
        least = yardstick_least(0.2);
    for (int i = 0; i < TRIES; i++) {
        double waited = yardstick_wait(&least, 1);
        bool ended = run(arg);
        double after = yardstick_take();
        least = fmin(least, after);
        if (!ended || (waited < 1 && yardstick_was_free(after, after, least)))
            return true;
    }
    return false;
}

/* --- Running ---------------------------------------------------------------------------------- */

static char *read_all(int fd)
{
    char *text = 0;
    size_t size = 0;
    FILE *from = fdopen(fd, "r"), *into = open_memstream(&text, &size);
    if (from && into)
        for (int c; (c = getc(from)) != EOF;)
            putc(c, into);
    if (from)
        fclose(from);
    else
        close(fd);
    if (into)
        fclose(into);
    return text;
}

char *process_output(char *const argv[], int *status)
{
    int ends[2];
    if (pipe(ends))
        return 0;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    posix_spawn_file_actions_addclose(&actions, ends[1]);
    pid_t child;
    int failed = posix_spawn(&child, argv[0], &actions, 0, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    if (failed) {
        close(ends[0]);
        errno = failed;
        return 0;
    }
    char *text = read_all(ends[0]);
    waitpid(child, status, 0);
    return text;
}

const char *process_ended(char text[64], int status)
{
    if (WIFSIGNALED(status))
        snprintf(text, 64, "signal %d", WTERMSIG(status));
    else
        snprintf(text, 64, "exit status %d", WEXITSTATUS(status));
    return text;
}

/* A name as a pattern for itself and nothing else, but for how the library says that it is timed. */
static void pattern_of(char *pattern, size_t size, const char *name)
{
    size_t length = (size_t)snprintf(pattern, size, "--benchmark_filter=^");
    for (; *name && length + 32 < size; name++) {
        if (!isalnum((unsigned char)*name) && !strchr("/_:-", *name))
            pattern[length++] = '\\';
        pattern[length++] = *name;
    }
    snprintf(pattern + length, size - length, "(/manual_time|/real_time)?$");
}

char *process_row(const char *suite, const char *name, char *const *options, int *status)
{
    enum { OPTIONS_MOST = 32 };
    char which[512],
        *argv[OPTIONS_MOST + 4] = {(char *)suite, which, (char *)"--benchmark_format=json"};
    pattern_of(which, sizeof which, name);
    for (int i = 0; i < OPTIONS_MOST && options[i]; i++)
        argv[3 + i] = options[i];
    return process_output(argv, status);
}

json_t *process_report(const char *output)
{
    json_error_t error;
    json_t *report = output ? json_loads(output, 0, &error) : NULL;
    if (json_is_object(json_object_get(report, "context")) &&
        json_is_array(json_object_get(report, "benchmarks")))
        return report;
    json_decref(report);
    return NULL;
}
