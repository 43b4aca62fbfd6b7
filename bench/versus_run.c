/* Runs one benchmark of one side, and reads its figures. */
#include "bench/versus_run.h"
#include <errno.h>
#include <jansson.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

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
    if (into)
        fclose(into);
    return text;
}

/* Standard output of a program, or NULL with errno; *status as of waitpid(). */
static char *output_of(char *const argv[], int *status)
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

/* Go matches a name level by level: micro/yield is ^BenchmarkMicro$/^yield$. */
static void go_pattern(const char *name, char *pattern, size_t size)
{
    const char *rest = strchr(name, '/');
    size_t length = (size_t)snprintf(pattern, size, "^BenchmarkMicro$");
    while (rest && length < size) {
        const char *next = strchr(rest + 1, '/');
        int level = next ? (int)(next - rest - 1) : (int)strlen(rest + 1);
        length += (size_t)snprintf(pattern + length, size - length, "/^%.*s$", level, rest + 1);
        rest = next;
    }
}

char *versus_run(const struct versus_programs *programs, enum side side, const char *name, int once)
{
    char which[256], how_long[64];
    char *program = (char *)programs->path[side];
    char *ours[] = {program, which, "--benchmark_format=json", "--no-memory-report", how_long, 0};
    char *go[] = {program, "-test.bench", which, "-test.benchtime", how_long, 0};
    if (side == OURS) {
        snprintf(which, sizeof which, "--benchmark_filter=^%s(/manual_time)?$", name);
        snprintf(how_long, sizeof how_long, "--benchmark_min_time=%s",
                 once ? "0.000001" : programs->seconds);
    } else {
        go_pattern(name, which, sizeof which);
        snprintf(how_long, sizeof how_long, "%s%s", once ? "1" : programs->seconds,
                 once ? "x" : "s");
    }
    int status = 0;
    char *output = output_of(side == OURS ? ours : go, &status);
    if (!output) {
        fprintf(stderr, "%s: can not run %s: %s\n", name, program, strerror(errno));
    } else if (status) {
        fprintf(stderr, "%s: %s has failed (%s %d) and printed:\n%s\n", name, program,
                WIFSIGNALED(status) ? "signal" : "exit status",
                WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status), output);
        free(output);
        output = 0;
    }
    return output;
}

json_t *versus_context(const char *output)
{
    json_error_t error;
    json_t *report = json_loads(output, 0, &error);
    json_t *context = json_incref(json_object_get(report, "context"));
    json_decref(report);
    return context;
}

void versus_go_version(const char *output, char *version, size_t size)
{
    const char *line = strstr(output, "\ngo: ");
    if (line)
        snprintf(version, size, "%.*s", (int)strcspn(line + 5, "\n"), line + 5);
    else
        snprintf(version, size, "Go of an unknown version");
}

static int figure_of_ours(const char *output, const char *field, double *figure)
{
    json_error_t error;
    json_t *report = json_loads(output, 0, &error);
    json_t *run = json_array_get(json_object_get(report, "benchmarks"), 0);
    json_t *value = json_object_get(run, field);
    int found = json_is_number(value);
    if (found)
        *figure = json_number_value(value);
    json_decref(report);
    return found ? 0 : -1;
}

/* A line is NAME ITERATIONS, then pairs of VALUE UNIT. */
static int figure_of_go(const char *output, const char *name, const char *unit, double *figure)
{
    char start[256];
    snprintf(start, sizeof start, "\nBenchmarkMicro%s ", strchr(name, '/'));
    const char *line = strstr(output, start);
    if (!line)
        return -1;
    line += strlen(start);
    long iterations;
    int used = 0;
    if (sscanf(line, "%ld%n", &iterations, &used) != 1)
        return -1;
    char found[64];
    for (line += used; sscanf(line, "%lf%63s%n", figure, found, &used) == 2; line += used)
        if (!strcmp(found, unit))
            return 0;
    return -1;
}

int versus_figure(enum side side, const char *output, const char *name, const char *field,
                  double *figure)
{
    return side == OURS ? figure_of_ours(output, field, figure)
                        : figure_of_go(output, name, field, figure);
}
