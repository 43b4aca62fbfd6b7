/* Runs one row of one side, and reads its figures. */
#include "bench/versus_run.h"
#include "bench/process.h"
#include "probe/suite.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *versus_side(enum side side)
{
    static const char *const sides[SIDES] = {"ours", "go", "go-no-gc", "go-two", "fiber"};
    return sides[side];
}

static bool is_go(enum side side)
{
    return side == GO || side == GO_NO_GC || side == GO_TWO;
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

static char *run_go(const struct versus_programs *programs, enum side side, const char *name,
                    bool once, int *status)
{
    char which[256], how_long[64];
    char *argv[] = {(char *)programs->go,
                    (char *)"-test.bench",
                    which,
                    (char *)"-test.benchtime",
                    how_long,
                    NULL};
    go_pattern(name, which, sizeof which);
    snprintf(how_long, sizeof how_long, "%s%s", once ? "1" : programs->seconds, once ? "x" : "s");
    setenv("GOMAXPROCS", side == GO_TWO ? "2" : "1", 1);
    setenv("GOGC", side == GO_NO_GC ? "off" : "100", 1);
    unsetenv("GOMEMLIMIT");
    return process_output(argv, status);
}

static char *run_suite(const struct versus_programs *programs, enum side side, const char *name,
                       bool once, int *status)
{
    char how_long[64];
    char *options[] = {(char *)"--no-memory-report", how_long, NULL};
    snprintf(how_long, sizeof how_long, "--benchmark_min_time=%s",
             once ? "0.000001" : programs->seconds);
    return side == FIBER ? process_row(programs->fiber, name, options + 1, status)
                         : process_row(programs->ours, name, options, status);
}

struct running {
    const struct versus_programs *programs;
    enum side side;
    const char *name;
    bool once;
    char *output;
    int status;
};

/* Pinned to one core again at the end: the yardstick is taken there. */
static bool run_once(void *arg)
{
    struct running *r = arg;
    free(r->output);
    r->output = NULL;
    if (process_pin(r->programs->core, r->side == GO_TWO))
        r->output = (is_go(r->side) ? run_go : run_suite)(r->programs, r->side, r->name, r->once,
                                                          &r->status);
    int error = errno;
    process_pin(r->programs->core, false);
    errno = error;
    return r->output && !r->status;
}

char *versus_run(const struct versus_programs *programs, enum side side, const char *name,
                 bool once, bool *alone)
{
    struct running running = {.programs = programs, .side = side, .name = name, .once = once};
    char how[SUITE_ENDED];
    const char *program = is_go(side)     ? programs->go
                          : side == FIBER ? programs->fiber
                                          : programs->ours;
    process_pin(programs->core, false);
    *alone = process_alone(run_once, &running, programs->as_it_comes);
    int status = running.status;
    char *output = running.output;
    if (!output) {
        fprintf(stderr, "%s: can not run %s: %s\n", name, program, strerror(errno));
    } else if (status) {
        fprintf(stderr, "%s: %s has failed (%s) and printed:\n%s\n", name, program,
                suite_ended(how, status), output);
        free(output);
        output = 0;
    }
    return output;
}

json_t *versus_context(const char *output)
{
    json_t *report = process_report(output);
    json_t *context = json_incref(json_object_get(report, "context"));
    json_decref(report);
    return context;
}

void versus_go_version(const char *output, char *version, size_t size)
{
    const char *line = strstr(output, "\ngo: ");
    int length = line ? (int)strcspn(line + 5, "\n") : 0;
    snprintf(version, size, "%.*s, GOGC=100, GOMAXPROCS=1", length ? length : 24,
             length ? line + 5 : "Go of an unknown version");
}

static int figure_of_suite(const char *output, const char *field, double *figure)
{
    json_t *report = process_report(output);
    json_t *run = json_array_get(json_object_get(report, "benchmarks"), 0);
    json_t *value = json_object_get(run, field);
    int found = json_is_number(value);
    if (found)
        *figure = json_number_value(value);
    json_decref(report);
    return found ? 0 : -1;
}

/* A line is NAME ITERATIONS, or, on several processors, NAME-PROCESSORS ITERATIONS, then pairs of VALUE UNIT. */
static int figure_of_go(const char *output, const char *name, const char *unit, double *figure)
{
    char start[256];
    snprintf(start, sizeof start, "\nBenchmarkMicro%s", strchr(name, '/'));
    const char *line = strstr(output, start);
    if (!line)
        return -1;
    line += strlen(start);
    if (*line == '-')
        line += 1 + strspn(line + 1, "0123456789");
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
    return is_go(side) ? figure_of_go(output, name, field, figure)
                       : figure_of_suite(output, field, figure);
}
