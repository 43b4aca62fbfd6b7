/* Ours against Go: the same workloads, in turn, pinned to one core, medians and ratios.
 *
 * Each figure comes from a process of its own, so neither side sees the other's memory or the
 * last workload's. Within a round the two sides of a workload follow each other at once, and take
 * turns in going first; the ratio is of these two, so that a slow minute meets both.
 */
#include "bench/versus.h"
#include "probe/typed.h"
#include <argp.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <jansson.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_ROUNDS = 99 };

/* What is held to what. least: at least this much faster than Go; most: at most this, by itself. */
struct row {
    const char *text, *unit;
    const char *name[SIDES], *field[SIDES];
    bool once;
    double least, most;
};

#define SAME(n)                                                                                    \
    {                                                                                              \
        n, n                                                                                       \
    }
#define TIMES                                                                                      \
    {                                                                                              \
        "real_time", "ns/op"                                                                       \
    }
// clang-format off
static const struct row rows[] = {
    {"spawn and exit", "ns", SAME("micro/spawn"), TIMES, .least = 14},
    {"spawn 1,000 that park, wake them all", "ns", SAME("micro/spawn_parked/1000"), TIMES,
     .least = 6},
    {"spawn 1,000, wait for all to exit", "ns", SAME("micro/wait_group/wait/1000"), TIMES, .least = 0},
    {"yield", "ns", SAME("micro/yield"), TIMES, .least = 7},
    {"unbuffered ping-pong, round trip", "ns", SAME("micro/ping_pong"), TIMES, .least = 8},
    {"unbuffered one-way, item", "ns", SAME("micro/one_way/0"), TIMES, .least = 8},
    {"buffered (128) one-way, item", "ns", SAME("micro/one_way/128"), TIMES, .least = 3.5},
    {"select, one of two ready", "ns", SAME("micro/select/ready/2"), TIMES, .least = 4},
    {"select, both blocked", "ns", SAME("micro/select/blocked/2"), TIMES, .least = 7},
    {"timer new + stop", "ns", SAME("micro/timer/new_stop"), TIMES, .least = 5},
    {"100,000 sleepers of 10 to 100 ms, CPU", "ns", SAME("micro/sleep/100000"),
     {"cpu_time", "cpu-ns/op"}, .once = true, .least = 4},
    {"100,000 sleepers after as many, CPU", "ns", SAME("micro/sleep_again/100000"),
     {"cpu_time", "cpu-ns/op"}, .once = true, .least = 4},
    {"1,000,000 parked: make them all", "ns", SAME("micro/park/1000000"),
     {"real_time", "make-ns/op"}, .once = true, .least = 1},
    {"1,000,000 parked: close, all exit", "ns", {"micro/release/1000000", "micro/park/1000000"},
     {"real_time", "release-ns/op"}, .once = true, .least = 4},
    {"1,000,000 parked: first grouped dump", "ns", SAME("micro/dump/first/text/1000000"),
     {"real_time", "dump-ns/op"}, .once = true, .least = 4.4},
    {"memory that this dump takes", "B", SAME("micro/dump/first/text/1000000"),
     {"grown_bytes", "grown-B/op"}, .once = true, .most = 64 << 20},
    {"RSS per parked task", "B", SAME("micro/park/1000000"), {"resident_bytes", "resident-B/op"},
     .once = true, .most = 4256},
    {"1,000,000 exited: longest wait of a 1 ms tick", "ms",
     {"micro/pause/1000000", "micro/park/1000000"}, {"worst_ms", "pause-ms/op"}, .once = true,
     .most = 2},
    {"RSS once all have exited, of the start", "x",
     {"micro/shrink/1000000", "micro/park/1000000"}, {"left_of_start", "left/before"},
     .once = true, .most = 1.05},
};
// clang-format on
enum { ROWS = sizeof rows / sizeof rows[0] };

static struct {
    struct versus_programs programs;
    const char *only, *json;
    int rounds, core;
} options = {.programs.seconds = "0.2", .rounds = 5, .core = -1};

static double figures[ROWS][SIDES][MOST_ROUNDS];
static char go_version[64];
static json_t *context;     /* of the suite's own report */
static char *command_typed; /* for as long as the program runs */

/* --- Measuring -------------------------------------------------------------------------------- */

/* What one round has printed so far: rows may look at different figures of one run. */
struct outputs {
    const char *name[SIDES][ROWS];
    char *text[SIDES][ROWS];
    int count[SIDES];
};

static const char *output_of(struct outputs *all, enum side side, const struct row *row)
{
    int n = all->count[side];
    for (int i = 0; i < n; i++)
        if (!strcmp(all->name[side][i], row->name[side]))
            return all->text[side][i];
    char *text = versus_run(&options.programs, side, row->name[side], row->once);
    all->name[side][n] = row->name[side];
    all->text[side][n] = text;
    all->count[side]++;
    return text;
}

static bool measure(struct outputs *outputs, int r, enum side side, int round)
{
    const struct row *row = &rows[r];
    const char *output = output_of(outputs, side, row);
    if (!output)
        return false;
    if (side == OURS && !context)
        context = versus_context(output);
    if (side == GO && !go_version[0])
        versus_go_version(output, go_version, sizeof go_version);
    if (!versus_figure(side, output, row->name[side], row->field[side], &figures[r][side][round]))
        return true;
    fprintf(stderr, "%s: no %s in what the benchmark printed:\n%s\n", row->name[side],
            row->field[side], output);
    return false;
}

static bool is_chosen(const struct row *row)
{
    return !options.only || strstr(row->text, options.only) ||
           strstr(row->name[OURS], options.only);
}

/* On a terminal, in one line that the next one overwrites; NULL only wipes it. */
static void say_where(int round, const char *workload)
{
    if (!isatty(STDERR_FILENO))
        return;
    fprintf(stderr, "\r\033[K");
    if (workload)
        fprintf(stderr, "round %d of %d: %s", round + 1, options.rounds, workload);
}

static bool run_round(int round)
{
    struct outputs outputs = {0};
    bool good = true;
    for (int r = 0; r < ROWS && good; r++) {
        if (!is_chosen(&rows[r]))
            continue;
        say_where(round, rows[r].text);
        enum side first = (round + r) % 2 ? GO : OURS;
        good = measure(&outputs, r, first, round) &&
               measure(&outputs, r, first == GO ? OURS : GO, round);
    }
    say_where(round, 0);
    for (int side = 0; side < SIDES; side++)
        for (int i = 0; i < outputs.count[side]; i++)
            free(outputs.text[side][i]);
    return good;
}

/* The highest core that this process may use: the lowest serves most interrupts. */
static bool pin_to_one_core(void)
{
    cpu_set_t cores;
    if (sched_getaffinity(0, sizeof cores, &cores))
        return false;
    if (options.core < 0)
        for (int i = 0; i < CPU_SETSIZE; i++)
            if (CPU_ISSET(i, &cores))
                options.core = i;
    CPU_ZERO(&cores);
    CPU_SET(options.core, &cores);
    return !sched_setaffinity(0, sizeof cores, &cores);
}

/* --- Reporting -------------------------------------------------------------------------------- */

struct summary {
    double median, least, most;
};

static struct summary summarize(const double *of, int n)
{
    double sorted[MOST_ROUNDS];
    memcpy(sorted, of, (size_t)n * sizeof *of);
    gsl_sort(sorted, 1, (size_t)n);
    return (struct summary){gsl_stats_median_from_sorted_data(sorted, 1, (size_t)n), sorted[0],
                            sorted[n - 1]};
}

static struct summary ratio_of(int r, int rounds)
{
    double ratios[MOST_ROUNDS];
    for (int i = 0; i < rounds; i++)
        ratios[i] = figures[r][GO][i] / figures[r][OURS][i];
    return summarize(ratios, rounds);
}

static bool has_target(const struct row *row)
{
    return row->least > 0 || row->most > 0;
}

static bool target_holds(int r, int rounds)
{
    const struct row *row = &rows[r];
    if (row->least > 0)
        return ratio_of(r, rounds).median >= row->least;
    return summarize(figures[r][OURS], rounds).median <= row->most;
}

static void print_row(int r, int rounds)
{
    const struct row *row = &rows[r];
    struct summary ours = summarize(figures[r][OURS], rounds);
    struct summary go = summarize(figures[r][GO], rounds);
    struct summary ratio = ratio_of(r, rounds);
    char spread[64], target[64] = "none";
    snprintf(spread, sizeof spread, "%.2f to %.2f", ratio.least, ratio.most);
    if (row->least > 0)
        snprintf(target, sizeof target, "%g x faster", row->least);
    else if (row->most > 0)
        snprintf(target, sizeof target, "%g %s at most", row->most, row->unit);
    const char *verdict = !has_target(row) ? "" : target_holds(r, rounds) ? "holds" : "FALLS SHORT";
    printf("%-39s %9.4g %-2s %9.4g %-2s %7.2f %16s   %-14s %s\n", row->text, go.median, row->unit,
           ours.median, row->unit, ratio.median, spread, target, verdict);
}

static void print_table(int rounds)
{
    int held = 0, targets = 0;
    printf("%-39s %12s %12s %7s %16s   %s\n", "workload", "Go", "ours", "Go/ours", "spread",
           "target");
    for (int r = 0; r < ROWS; r++)
        if (is_chosen(&rows[r])) {
            print_row(r, rounds);
            targets += has_target(&rows[r]);
            held += has_target(&rows[r]) && target_holds(r, rounds);
        }
    printf("%d of %d targets hold. Medians of %d rounds, in turn, on core %d alone, with "
           "GOMAXPROCS=1; spread is of the ratios, least to most. %s.\n",
           held, targets, rounds, options.core, go_version);
}

/* In the shape of google-benchmark's reports, so that what reads those reads this. */
static json_t *json_of_row(int r, enum side side, int round)
{
    const struct row *row = &rows[r];
    char name[160];
    snprintf(name, sizeof name, "versus/%s/%s/%s", side == GO ? "go" : "ours",
             row->name[OURS] + strlen("micro/"), row->field[OURS]);
    return json_pack("{s:s, s:s, s:s, s:s, s:i, s:i, s:f, s:f, s:s}", "name", name, "run_name",
                     name, "run_type", "iteration", "label", row->text, "repetitions",
                     options.rounds, "repetition_index", round, "real_time",
                     figures[r][side][round], "cpu_time", figures[r][side][round], "time_unit",
                     row->unit);
}

static int write_json(int rounds)
{
    json_t *runs = json_array();
    for (int r = 0; r < ROWS; r++)
        for (int side = 0; is_chosen(&rows[r]) && side < SIDES; side++)
            for (int round = 0; round < rounds; round++)
                json_array_append_new(runs, json_of_row(r, (enum side)side, round));
    json_t *report = json_pack("{s:O, s:o}", "context", context, "benchmarks", runs);
    json_object_set_new(context, "command", json_string(command_typed));
    json_object_set_new(context, "go", json_string(go_version));
    json_object_set_new(context, "pinned_to_core", json_integer(options.core));
    int failed = json_dump_file(report, options.json, JSON_INDENT(2));
    json_decref(report);
    if (failed)
        fprintf(stderr, "can not write %s\n", options.json);
    return failed;
}

/* --- Command line ----------------------------------------------------------------------------- */

static error_t parse(int key, char *word, struct argp_state *state)
{
    switch (key) {
    case 'r':
        options.rounds = atoi(word);
        if (options.rounds < 1 || options.rounds > MOST_ROUNDS)
            argp_error(state, "--rounds=%s: from 1 to %d", word, MOST_ROUNDS);
        return 0;
    case 'c':
        options.core = atoi(word);
        return 0;
    case 't':
        options.programs.seconds = word;
        return 0;
    case 'o':
        options.only = word;
        return 0;
    case 'j':
        options.json = word;
        return 0;
    case ARGP_KEY_ARG:
        if (state->arg_num >= SIDES)
            return ARGP_ERR_UNKNOWN;
        options.programs.path[state->arg_num] = word;
        return 0;
    case ARGP_KEY_END:
        if (state->arg_num != SIDES)
            argp_error(state, "two programs are needed: the suite, and Go's compiled tests");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option words[] = {
    {"rounds", 'r', "N", 0, "Rounds to take medians of (5)", 0},
    {"core", 'c', "N", 0, "Core to pin to (the last one)", 0},
    {"time", 't', "SECONDS", 0, "Least time of a benchmark in a round (0.2)", 0},
    {"only", 'o', "TEXT", 0, "Only workloads whose text or name contains TEXT", 0},
    {"json", 'j', "FILE", 0, "Also write every figure, as google-benchmark would", 0},
    {0},
};

static const struct argp command = {
    .options = words,
    .parser = parse,
    .args_doc = "SUITE GO_TESTS",
    .doc = "Runs the micro workloads of the suite and of its Go twins in turn, and prints ratios.",
};

int main(int argc, char **argv)
{
    argp_err_exit_status = 2;
    command_typed = typed_words((const char *const *)argv, (size_t)argc);
    argp_parse(&command, argc, argv, 0, 0, 0);
    int chosen = 0;
    for (int r = 0; r < ROWS; r++)
        chosen += is_chosen(&rows[r]);
    if (!chosen) {
        fprintf(stderr, "no workload contains --only=%s\n", options.only);
        return 1;
    }
    if (!pin_to_one_core()) {
        fprintf(stderr, "can not pin to core %d: see `taskset -p $$`\n", options.core);
        return 1;
    }
    setenv("GOMAXPROCS", "1", 1);
    int rounds = 0;
    while (rounds < options.rounds && run_round(rounds))
        rounds++;
    if (rounds)
        print_table(rounds);
    int failed = options.json && rounds ? write_json(rounds) : 0;
    return failed || rounds < options.rounds ? 1 : 0;
}
