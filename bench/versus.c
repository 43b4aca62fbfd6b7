/* Ours against Go and Boost.Fiber: the same workloads, in turn, pinned to one core, medians and ratios.
 *
 * Each figure comes from a process of its own (bench/process.h), so no side sees another's memory or the last
 * workload's. Within a round all sides of a workload follow each other at once, and take turns in going first; the
 * ratio is of the two of a round, so that a slow minute meets both.
 */
#include "bench/process.h"
#include "bench/versus_report.h"
#include "probe/typed.h"
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct {
    struct versus_programs programs;
    const char *only, *json;
    int rounds;
    bool list;  /* run nothing */
    bool quick; /* nothing that takes seconds */
    bool slow;  /* nothing else */
    bool plain; /* no more sides than ours and Go */
} options = {.programs = {.seconds = PROCESS_SECONDS, .core = -1}, .rounds = 5};

/* --- Measuring -------------------------------------------------------------------------------- */

/* What one round has printed so far: rows may look at different figures of one run. */
struct output {
    struct output *next;
    enum side side;
    const char *name;
    char *text;
    bool alone; /* on its core */
};

static const struct output *output_of(struct output **all, enum side side,
                                      const struct versus_workload *w)
{
    for (struct output *o = *all; o; o = o->next)
        if (o->side == side && !strcmp(o->name, versus_name(w, side)))
            return o;
    struct output *o = malloc(sizeof *o);
    if (!o) {
        fprintf(stderr, "%s: no memory to run it\n", versus_name(w, side));
        return NULL;
    }
    const char *name = versus_name(w, side);
    *o = (struct output){.next = *all, .side = side, .name = name};
    o->text = versus_run(&options.programs, side, name, w->once, &o->alone);
    *all = o;
    return o;
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
    const char *name = versus_name(w, side), *field = versus_field(w, side);
    const struct output *from = output_of(outputs, side, w);
    const char *output = from ? from->text : NULL;
    if (!output)
        return false;
    m->noisy[side][versus->rounds] = !from->alone;
    if (side == OURS && !versus->context)
        versus->context = versus_context(output);
    if (side == FIBER && !versus->fiber)
        versus->fiber = versus_context(output);
    if (side == GO && !versus->go_version[0])
        versus_go_version(output, versus->go_version, sizeof versus->go_version);
    if (!versus_figure(side, output, name, field, &m->figures[side][versus->rounds]))
        return true;
    fprintf(stderr, "%s: no %s in what the benchmark printed:\n%s\n", name, field, output);
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
        for (int k = 0; k < SIDES && good; k++) {
            enum side side = (enum side)((versus->rounds + number + k) % SIDES);
            if (versus->runs[side] && versus_has(m->workload, side))
                good = measure(versus, m, side, &outputs);
        }
    }
    say_where(versus->rounds, 0);
    free_outputs(outputs);
    versus->rounds += good;
    return good;
}

static bool is_chosen(const struct versus_workload *w)
{
    if (w->once ? options.quick : options.slow)
        return false;
    return !options.only || strstr(w->text, options.only) || strstr(w->name[HERE], options.only);
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

/* Which sides run: those whose programs and processors are there. */
static void choose_sides(struct versus *versus)
{
    struct versus_programs *programs = &options.programs;
    programs->two = !options.plain && process_pin(programs->core, true);
    if (!programs->two && !options.plain)
        fprintf(stderr, "no second core: nothing is run with GOMAXPROCS=2\n");
    versus->runs[OURS] = versus->runs[GO] = true;
    versus->runs[GO_NO_GC] = !options.plain;
    versus->runs[GO_TWO] = programs->two;
    versus->runs[FIBER] = !options.plain && programs->fiber;
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
        options.programs.core = atoi(word);
        return 0;
    case 't':
        options.programs.seconds = word;
        return 0;
    case 'o':
        options.only = word;
        return 0;
    case 'p':
        options.plain = true;
        return 0;
    case 'q':
        options.quick = true;
        return 0;
    case 's':
        options.slow = true;
        return 0;
    case 'l':
        options.list = true;
        return 0;
    case 'a':
        options.programs.as_it_comes = true;
        return 0;
    case 'j':
        options.json = word;
        return 0;
    case ARGP_KEY_ARG:
        if (state->arg_num > 2)
            return ARGP_ERR_UNKNOWN;
        *(const char **[]){&options.programs.ours, &options.programs.go,
                           &options.programs.fiber}[state->arg_num] = word;
        return 0;
    case ARGP_KEY_END:
        if (state->arg_num < 2 && !options.list)
            argp_error(state, "two programs are needed: the suite, and Go's compiled tests");
        if (options.quick && options.slow)
            argp_error(state, "--quick and --slow together leave nothing");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option words[] = {
    {"rounds", 'r', "N", 0, "Rounds to take medians of (5)", 0},
    {"core", 'c', "N", 0, "Core to pin to (the last one)", 0},
    {"time", 't', "SECONDS", 0, "Least time of a benchmark in a round (" PROCESS_SECONDS ")", 0},
    {"only", 'o', "TEXT", 0, "Only workloads whose text or name contains TEXT", 0},
    {"quick", 'q', 0, 0, "Leave out what is done once and takes seconds", 0},
    {"slow", 's', 0, 0, "Leave out what is done many times and takes nanoseconds", 0},
    {"list", 'l', 0, 0, "Run nothing: print the filter that chooses the same rows of the suite", 0},
    {"plain", 'p', 0, 0, "Ours and Go alone, as it comes", 0},
    {"as-it-comes", 'a', 0, 0, "Neither wait for a core of one's own, nor run again what had none",
     0},
    {"json", 'j', "FILE", 0, "Also write every figure, as google-benchmark would", 0},
    {0},
};

static const struct argp command = {
    .options = words,
    .parser = parse,
    .args_doc = "SUITE GO_TESTS [FIBER_SUITE]",
    .doc = "Runs the micro workloads of the suite and of its twins in turn, and prints ratios.",
};

/* As google-benchmark names them: with how a row is timed behind, where it is no processor time. */
static void list(const struct versus *versus)
{
    fputs("^(", stdout);
    for (size_t i = 0; i < versus->count; i++)
        printf("%s%s", i ? "|" : "", versus_name(versus->all[i].workload, OURS));
    puts(")(/real_time|/manual_time)?$");
}

static void release(struct versus *versus)
{
    free(versus->all);
    json_decref(versus->context);
    json_decref(versus->fiber);
    free(versus->command);
}

int main(int argc, char **argv)
{
    struct versus versus = {.command = typed_words((const char *const *)argv, (size_t)argc)};
    argp_err_exit_status = 2;
    argp_parse(&command, argc, argv, 0, 0, 0);
    if (!choose_workloads(&versus)) {
        fprintf(stderr, "no workload%s contains --only=%s\n",
                options.quick || options.slow ? " of those" : "", options.only);
        return 1;
    }
    if (options.list) {
        list(&versus);
        release(&versus);
        return 0;
    }
    options.programs.core = process_core(options.programs.core);
    if (options.programs.core < 0 || !process_pin(options.programs.core, false)) {
        fprintf(stderr, "can not pin to core %d: %s; see `taskset -p $$`\n", options.programs.core,
                strerror(errno));
        return 1;
    }
    choose_sides(&versus);
    versus.core = options.programs.core;
    versus.wanted = options.rounds;
    while (versus.rounds < options.rounds && run_round(&versus))
        continue;
    if (versus.rounds)
        versus_print(&versus);
    bool written = !options.json || !versus.rounds || versus_write(&versus, options.json);
    release(&versus);
    return written && versus.rounds == options.rounds ? 0 : 1;
}
