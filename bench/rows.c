/* The suite, each row in a process of its own on one core: what `make bench` runs. Repetitions are rounds over all
 * rows, so that a slow minute does not meet all repetitions of one row. */
#include "bench/process.h"
#include "probe/suite.h"
#include "probe/typed.h"
#include <argp.h>
#include <errno.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ROUNDS_MOST = 99, OPTIONS_MOST = 30 };

static struct {
    const char *suite, *json;
    int rounds, core;
    bool as_it_comes;
    char *of_suite[OPTIONS_MOST + 2]; /* the options that are the suite's */
    size_t of_suite_count;
    char filter[1024];
} options = {.rounds = 1,
             .core = -1,
             .of_suite = {(char *)"--benchmark_min_time=" PROCESS_SECONDS},
             .of_suite_count = 1};

struct row {
    char *name;
    json_t *runs; /* one a round */
};

struct rows {
    struct row *all;
    size_t count;
    json_t *context; /* of the first report */
    bool failed;     /* any of them */
};

/* --- Which there are -------------------------------------------------------------------------- */

static bool add_row(struct rows *rows, const char *name)
{
    struct row *more = realloc(rows->all, (rows->count + 1) * sizeof *more);
    if (!more)
        return false;
    rows->all = more;
    more[rows->count] = (struct row){strdup(name), json_array()};
    return more[rows->count++].name != NULL;
}

static bool list_rows(struct rows *rows)
{
    int status = 0;
    char *argv[] = {(char *)options.suite, (char *)"--benchmark_list_tests=true", options.filter,
                    NULL};
    if (!*options.filter)
        argv[2] = NULL;
    char *list = process_output(argv, &status), *rest = list;
    for (char *name; rest && (name = strsep(&rest, "\n"));)
        if (*name && !add_row(rows, name))
            break;
    if (!list)
        fprintf(stderr, "can not run %s: %s\n", options.suite, strerror(errno));
    else if (!rows->count && status == 0)
        fprintf(stderr, "%s has no row %s\n", options.suite, options.filter);
    free(list);
    return rows->count;
}

/* --- Running one ------------------------------------------------------------------------------ */

/* What did not come to a report is a run that failed, and the others go on. */
static json_t *failed_run(const char *name, int status)
{
    char how[SUITE_ENDED];
    return json_pack("{s:s, s:s, s:s, s:b, s:s}", "name", name, "run_name", name, "run_type",
                     "iteration", "error_occurred", 1, "error_message", suite_ended(how, status));
}

/* Each process counts its families and its repetitions anew. The invocation is what comparisons go by. */
static void number_run(json_t *run, int round, bool alone)
{
    if (!alone)
        json_object_set_new(run, "noisy", json_true());
    json_object_del(run, "family_index");
    json_object_del(run, "per_family_instance_index");
    json_object_set_new(run, "repetitions", json_integer(options.rounds));
    json_object_set_new(run, "repetition_index", json_integer(round));
    json_object_set_new(run, "invocation", json_integer(round));
}

struct running {
    const char *name;
    char *output;
    int status;
};

static bool run_once(void *arg)
{
    struct running *running = arg;
    free(running->output);
    running->output = process_row(options.suite, running->name, options.of_suite, &running->status);
    return running->output && !running->status;
}

static void run_row(struct rows *rows, struct row *row, int round)
{
    struct running running = {.name = row->name};
    bool alone = process_alone(run_once, &running, options.as_it_comes);
    int status = running.status;
    char *output = running.output;
    json_t *report = process_report(output);
    json_t *run = json_incref(json_array_get(json_object_get(report, "benchmarks"), 0));
    if (!rows->context)
        rows->context = json_incref(json_object_get(report, "context"));
    if (!run)
        run = failed_run(row->name, status);
    rows->failed |= status != 0;
    number_run(run, round, alone);
    json_array_append_new(row->runs, run);
    json_decref(report);
    free(output);
}

/* --- Telling ---------------------------------------------------------------------------------- */

static const char *clock_of(const char *name)
{
    return strstr(name, "/manual_time") || strstr(name, "/real_time") ? "real_time" : "cpu_time";
}

/* What is not among the library's own fields the benchmark has counted. */
static void print_counters(const json_t *run)
{
    static const char own[] =
        " name run_name run_type repetitions repetition_index invocation threads iterations "
        "real_time cpu_time time_unit label invocation ";
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)run, key, value)
    {
        char word[80];
        snprintf(word, sizeof word, " %.70s ", key);
        if (json_is_number(value) && !strstr(own, word))
            printf(" %s=%.4g", key, json_number_value(value));
    }
}

static void print_row(const struct row *row)
{
    double times[ROUNDS_MOST];
    size_t count = 0, noisy = 0, i;
    json_t *run;
    json_array_foreach(row->runs, i, run)
    {
        const char *why = json_string_value(json_object_get(run, "error_message"));
        if (why) {
            printf("%-44s failed: %s\n", row->name, why);
            return;
        }
        times[count++] = json_number_value(json_object_get(run, clock_of(row->name)));
        noisy += json_is_true(json_object_get(run, "noisy"));
    }
    run = json_array_get(row->runs, 0);
    gsl_sort(times, 1, count);
    double median = gsl_stats_median_from_sorted_data(times, 1, count);
    printf("%-44s %10.4g %-2s", row->name, median,
           json_string_value(json_object_get(run, "time_unit")));
    if (count > 1)
        printf(" %5.1f %%", 100 * (times[count - 1] - times[0]) / median);
    print_counters(run);
    if (noisy)
        printf(" noisy, %zu of %zu", noisy, count);
    putchar('\n');
    fflush(stdout);
}

/* On a terminal, in one line that the next one overwrites; NULL only wipes it. */
static void say_where(int round, const char *name)
{
    if (!isatty(STDERR_FILENO))
        return;
    fprintf(stderr, "\r\033[K");
    if (name)
        fprintf(stderr, "round %d of %d: %s", round + 1, options.rounds, name);
}

static bool write_report(const struct rows *rows, const char *typed)
{
    json_t *runs = json_array(), *context = rows->context ? rows->context : json_object();
    for (size_t i = 0; i < rows->count; i++)
        json_array_extend(runs, rows->all[i].runs);
    json_object_set_new(context, "command", json_string(typed ? typed : ""));
    json_object_set_new(context, "pinned_to_core", json_integer(options.core));
    json_t *report = json_pack("{s:O, s:o}", "context", context, "benchmarks", runs);
    int failed = json_dump_file(report, options.json, JSON_INDENT(1));
    json_decref(report);
    if (!rows->context)
        json_decref(context);
    if (failed)
        fprintf(stderr, "can not write %s\n", options.json);
    return !failed;
}

/* --- Command line ----------------------------------------------------------------------------- */

static const char *after(const char *word, const char *start)
{
    return strncmp(word, start, strlen(start)) ? NULL : word + strlen(start);
}

static void take_rounds(const char *word, struct argp_state *state)
{
    options.rounds = atoi(word);
    if (options.rounds < 1 || options.rounds > ROUNDS_MOST)
        argp_error(state, "repetitions: from 1 to %d, not %s", ROUNDS_MOST, word);
}

/* google-benchmark's own. Which rows, and how often, is decided here. */
static void take_of_suite(char *word, struct argp_state *state)
{
    const char *value;
    if ((value = after(word, "--benchmark_repetitions=")))
        take_rounds(value, state);
    else if (after(word, "--benchmark_filter="))
        snprintf(options.filter, sizeof options.filter, "%s", word);
    else if ((value = after(word, "--benchmark_out=")))
        options.json = value;
    else if (options.of_suite_count < OPTIONS_MOST)
        options.of_suite[options.of_suite_count++] = word;
    else
        argp_error(state, "more than %d options of the suite", OPTIONS_MOST);
}

static error_t parse(int key, char *word, struct argp_state *state)
{
    switch (key) {
    case 'r':
        take_rounds(word, state);
        return 0;
    case 'c':
        options.core = atoi(word);
        return 0;
    case 'a':
        options.as_it_comes = true;
        return 0;
    case 'j':
        options.json = word;
        return 0;
    case ARGP_KEY_ARG:
        options.suite = word;
        while (state->next < state->argc)
            take_of_suite(state->argv[state->next++], state);
        return 0;
    case ARGP_KEY_END:
        if (!options.suite)
            argp_error(state, "which suite?");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option words[] = {
    {"rounds", 'r', "N", 0, "How often each row is run, as --benchmark_repetitions=N (1)", 0},
    {"core", 'c', "N", 0, "Core to pin to (the last one)", 0},
    {"as-it-comes", 'a', 0, 0, "Neither wait for a core of one's own, nor run again what had none",
     0},
    {"json", 'j', "FILE", 0, "Also write every figure, as google-benchmark would", 0},
    {0},
};

static const struct argp command = {
    .options = words,
    .parser = parse,
    .args_doc = "SUITE [OPTION OF GOOGLE-BENCHMARK...]",
    .doc =
        "Runs each row of the suite in a process of its own, pinned to one core, and prints "
        "medians; beside "
        "them, from two rounds on, the spread: the most less the least, of the median. Noisy is a "
        "process whose core a neighbour shared each time it was tried.",
};

int main(int argc, char **argv)
{
    struct rows rows = {0};
    char *typed = typed_words((const char *const *)argv, (size_t)argc);
    argp_err_exit_status = 2;
    argp_parse(&command, argc, argv, ARGP_IN_ORDER, 0, 0);
    options.core = process_core(options.core);
    if (options.core < 0 || !process_pin(options.core, false)) {
        fprintf(stderr, "can not pin to core %d: %s; see `taskset -p $$`\n", options.core,
                strerror(errno));
        return 1;
    }
    if (!list_rows(&rows))
        return 1;
    for (int round = 0; round < options.rounds; round++)
        for (size_t i = 0; i < rows.count; i++) {
            say_where(round, rows.all[i].name);
            run_row(&rows, &rows.all[i], round);
            say_where(round, NULL);
            if (round == options.rounds - 1)
                print_row(&rows.all[i]);
        }
    bool written = !options.json || write_report(&rows, typed);
    for (size_t i = 0; i < rows.count; i++) {
        free(rows.all[i].name);
        json_decref(rows.all[i].runs);
    }
    free(rows.all);
    json_decref(rows.context);
    free(typed);
    return written && !rows.failed ? 0 : 1;
}
