#include "campaign/process.h"
#include "probe/suite.h"
#include "probe/yardstick.h"
#include "record/bench_pieces.h"
#include <errno.h>
#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

enum { OWN_WORDS = 6, WORDS = OWN_WORDS + PROCESS_WORDS + 1, FILTER = 2048, SOUNDINGS = 5 };

int process_pin(int core)
{
    cpu_set_t cores;
    if (sched_getaffinity(0, sizeof cores, &cores) != 0)
        return -1;
    for (int i = 0; core < 0 && i < CPU_SETSIZE; i++)
        if (CPU_ISSET(CPU_SETSIZE - 1 - i, &cores))
            core = CPU_SETSIZE - 1 - i;
    CPU_ZERO(&cores);
    CPU_SET((size_t)core, &cores);
    return sched_setaffinity(0, sizeof cores, &cores) == 0 ? core : -1;
}

/* --- Running ------------------------------------------------------------------------------------ */

static bool run(char *const argv[], size_t padding, struct suite_said *ran)
{
    static const char name[] = "LEAKLAB_PADDING=";
    static char yardstick[] = YARDSTICK_ASKED "=1";
    char *pad = calloc(1, sizeof name + padding);
    if (pad)
        memset(stpcpy(pad, name), '.', padding);
    bool started = pad && suite_run(argv, (char *[]){pad, yardstick, NULL}, ran);
    free(pad);
    return started;
}

/* The program's words: those given, and those besides. */
static void take_words(char *argv[WORDS], size_t count, const char *const *words)
{
    for (; words && *words; words++)
        argv[count++] = (char *)*words;
    argv[count] = NULL;
}

/* --- One row ------------------------------------------------------------------------------------ */

/* A run that is an error, in google-benchmark's words. */
static json_t *failed_run(const char *row, const struct suite_said *ran)
{
    char how[SUITE_ENDED];
    const char *why =
        ran->status ? suite_ended(how, ran->status) : "it printed no report with this benchmark";
    return json_pack("[{s:s, s:s, s:s, s:b, s:s}]", "name", row, "run_name", row, "run_type",
                     "iteration", "error_occurred", 1, "error_message", why);
}

/* Repetitions without their aggregates, which are made of all processes. */
static json_t *iterations_of(const json_t *runs)
{
    json_t *kept = json_array(), *run;
    size_t i;
    json_array_foreach(runs, i, run)
    {
        const char *type = json_string_value(json_object_get(run, "run_type"));
        if (!type || strcmp(type, "iteration") == 0)
            json_array_append(kept, run);
    }
    return kept;
}

/* In pieces; NULL: it failed. */
static json_t *take_report(const struct suite_said *ran, json_t **context)
{
    json_error_t error;
    json_t *report = ran->text ? json_loadb(ran->text, ran->length, 0, &error) : NULL;
    json_t *runs = iterations_of(json_object_get(report, "benchmarks"));
    *context = json_incref(json_object_get(report, "context"));
    json_decref(report);
    if (ran->status == 0 && json_array_size(runs))
        return runs;
    json_decref(runs);
    return NULL;
}

static void take_repetitions(const struct process_wish *wish, const struct suite_said *ran,
                             struct measured_process *measured)
{
    struct pieces_seen seen = {.least = INFINITY};
    json_t *runs = take_report(ran, &measured->context);
    measured->runs =
        runs ? pieces_joined(runs, wish->pieces, wish->least, &seen) : failed_run(wish->row, ran);
    measured->shared = seen.shared;
    measured->least = seen.least;
    json_decref(runs);
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* So many runs of so many seconds. Pieces are short: what a process learns in its first milliseconds (of its caches,
 * of the rate of its clock) is left out of them. */
static bool run_row(const struct process_wish *wish, int runs, double least_time,
                    struct suite_said *ran, char *why, size_t size)
{
    char filter[FILTER], seconds[64], repetitions[64], format[] = "--benchmark_format=json";
    char warm[] = "--benchmark_min_warmup_time=0.025";
    char *argv[WORDS] = {(char *)wish->program, filter, seconds, repetitions, format, warm};
    size_t count = wish->pieces > 1 ? 6 : 5;
    snprintf(seconds, sizeof seconds, "--benchmark_min_time=%g", least_time);
    snprintf(repetitions, sizeof repetitions, "--benchmark_repetitions=%d", runs);
    take_words(argv, count, wish->words);
    if (!suite_filter(filter, sizeof filter, wish->row))
        snprintf(why, size, "%.60s...: a benchmark's name is too long", wish->row);
    else if (!run(argv, wish->padding, ran))
        snprintf(why, size, "can not run %s: %s", wish->program, strerror(errno));
    else
        return true;
    return false;
}

bool process_measure(const struct process_wish *wish, struct measured_process *measured, char *why,
                     size_t size)
{
    struct suite_said ran = {0};
    struct noise_mark before, after;
    *measured = (struct measured_process){0};
    noise_mark_core(wish->core, &before);
    double began = now();
    if (!run_row(wish, wish->repetitions * wish->pieces,
                 wish->pieces > 1 ? pieces_seconds : wish->seconds, &ran, why, size))
        return false;
    measured->seconds = now() - began;
    noise_mark_core(wish->core, &after);
    measured->noise = noise_between(&before, &after, NAN);
    measured->signal = WIFSIGNALED(ran.status) ? WTERMSIG(ran.status) : 0;
    take_repetitions(wish, &ran, measured);
    free(ran.text);
    return measured->runs != NULL;
}

int process_pieces(const struct process_wish *wish, double *least)
{
    char why[256];
    struct suite_said ran = {0};
    json_t *context = NULL;
    json_t *runs = run_row(wish, SOUNDINGS, pieces_seconds, &ran, why, sizeof why)
                       ? take_report(&ran, &context)
                       : NULL;
    int pieces = pieces_for(runs, wish->seconds);
    *least = fmin(*least, pieces_least(runs));
    json_decref(context);
    json_decref(runs);
    free(ran.text);
    return pieces;
}

/* --- All rows ----------------------------------------------------------------------------------- */

static bool add_row(char ***rows, size_t *count, const char *name)
{
    char **more = realloc(*rows, (*count + 1) * sizeof *more);
    *rows = more ? more : *rows;
    char *copy = more ? strdup(name) : NULL;
    if (copy)
        more[(*count)++] = copy;
    return copy;
}

char **process_rows(const char *program, const char *filter, const char *const *words,
                    size_t *count, char *why, size_t size)
{
    char list[] = "--benchmark_list_tests", *chosen = NULL;
    struct suite_said ran = {0};
    char **rows = NULL;
    *count = 0;
    if (asprintf(&chosen, "--benchmark_filter=%s", filter ? filter : "all") < 0) {
        snprintf(why, size, "no memory for --only=%.60s", filter);
        return NULL;
    }
    char *argv[WORDS] = {(char *)program, list, chosen};
    take_words(argv, 3, words);
    bool listed = run(argv, 0, &ran);
    free(chosen);
    if (!listed || ran.status != 0 || !ran.text) {
        snprintf(why, size, "%s: can not list its benchmarks: %s", program,
                 ran.status ? "it failed" : strerror(errno));
        free(ran.text);
        return NULL;
    }
    char *rest = ran.text;
    for (char *name; (name = strsep(&rest, "\n"));)
        if (*name && !add_row(&rows, count, name))
            snprintf(why, size, "no memory for the names of its benchmarks");
    if (!rows)
        snprintf(why, size, "%s: no benchmark matches %s", program, filter ? filter : "all");
    free(ran.text);
    return rows;
}
