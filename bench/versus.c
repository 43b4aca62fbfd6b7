/* Ours against Go: the same workloads, in turn, pinned to one core, medians and ratios.
 *
 * Each figure comes from a process of its own, so neither side sees the other's memory or the
 * last workload's. Within a round the two sides of a workload follow each other at once, and take
 * turns in going first; the ratio is of these two, so that a slow minute meets both.
 */
#include "bench/versus_report.h"
#include "probe/typed.h"
#include <argp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct {
    struct versus_programs programs;
    const char *only, *json;
    int rounds, core;
} options = {.programs.seconds = "0.2", .rounds = 5, .core = -1};

/* --- Measuring -------------------------------------------------------------------------------- */

/* What one round has printed so far: rows may look at different figures of one run. */
struct output {
    struct output *next;
    enum side side;
    const char *name;
    char *text;
};

static const char *output_of(struct output **all, enum side side, const struct versus_workload *w)
{
    for (struct output *o = *all; o; o = o->next)
        if (o->side == side && !strcmp(o->name, w->name[side]))
            return o->text;
    struct output *o = malloc(sizeof *o);
    if (!o) {
        fprintf(stderr, "%s: no memory to run it\n", w->name[side]);
        return NULL;
    }
    char *text = versus_run(&options.programs, side, w->name[side], w->once);
    *o = (struct output){*all, side, w->name[side], text};
    *all = o;
    return text;
}

static void free_outputs(struct output *all)
{
    while (all) {
        struct output *o = all;
        all = o->next;
        free(o->text);
        free(o);
    }
}

static bool measure(struct versus *versus, struct versus_measured *m, enum side side,
                    struct output **outputs)
{
    const struct versus_workload *w = m->workload;
    const char *output = output_of(outputs, side, w);
    if (!output)
        return false;
    if (side == OURS && !versus->context)
        versus->context = versus_context(output);
    if (side == GO && !versus->go_version[0])
        versus_go_version(output, versus->go_version, sizeof versus->go_version);
    if (!versus_figure(side, output, w->name[side], w->field[side],
                       &m->figures[side][versus->rounds]))
        return true;
    fprintf(stderr, "%s: no %s in what the benchmark printed:\n%s\n", w->name[side], w->field[side],
            output);
    return false;
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

/* One round more. */
static bool run_round(struct versus *versus)
{
    struct output *outputs = NULL;
    bool good = true;
    for (size_t i = 0; i < versus->count && good; i++) {
        struct versus_measured *m = &versus->all[i];
        long number = m->workload - versus_workloads;
        say_where(versus->rounds, m->workload->text);
        enum side first = (versus->rounds + number) % 2 ? GO : OURS;
        good = measure(versus, m, first, &outputs) &&
               measure(versus, m, first == GO ? OURS : GO, &outputs);
    }
    say_where(versus->rounds, 0);
    free_outputs(outputs);
    versus->rounds += good;
    return good;
}

static bool is_chosen(const struct versus_workload *w)
{
    return !options.only || strstr(w->text, options.only) || strstr(w->name[OURS], options.only);
}

/* False: no memory, or there are none. */
static bool choose_workloads(struct versus *versus)
{
    versus->all = calloc(versus_workload_count, sizeof *versus->all);
    for (size_t i = 0; versus->all && i < versus_workload_count; i++)
        if (is_chosen(&versus_workloads[i]))
            versus->all[versus->count++].workload = &versus_workloads[i];
    return versus->count;
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

/* --- Command line ----------------------------------------------------------------------------- */

static error_t parse(int key, char *word, struct argp_state *state)
{
    switch (key) {
    case 'r':
        options.rounds = atoi(word);
        if (options.rounds < 1 || options.rounds > VERSUS_ROUNDS_MOST)
            argp_error(state, "--rounds=%s: from 1 to %d", word, VERSUS_ROUNDS_MOST);
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
    struct versus versus = {.command = typed_words((const char *const *)argv, (size_t)argc)};
    argp_err_exit_status = 2;
    argp_parse(&command, argc, argv, 0, 0, 0);
    if (!choose_workloads(&versus)) {
        fprintf(stderr, "no workload contains --only=%s\n", options.only);
        return 1;
    }
    if (!pin_to_one_core()) {
        fprintf(stderr, "can not pin to core %d: see `taskset -p $$`\n", options.core);
        return 1;
    }
    setenv("GOMAXPROCS", "1", 1);
    versus.core = options.core;
    versus.wanted = options.rounds;
    while (versus.rounds < options.rounds && run_round(&versus))
        continue;
    if (versus.rounds)
        versus_print(&versus);
    bool written = !options.json || !versus.rounds || versus_write(&versus, options.json);
    return written && versus.rounds == options.rounds ? 0 : 1;
}
