/* `leaklab run`: every variant under real load, one process after another, measured and judged. */
#include "command/measuring.h"
#include "command/once.h"
#include "command/quantity.h"
#include "command/selecting.h"
#include "command/twin.h"
#include <stdlib.h>
#include <string.h>

/* Looks a second: enough for a curve, too few to be felt. */
static const double looks_per_second = 10;

enum { SWEEPS_MOST = 8, REPEAT_MOST = 1000 };

struct run_wish {
    struct selection selection;
    const char *json; /* path of the record, or NULL */
    const char *sweeps[SWEEPS_MOST];
    int sweep_count;
    struct sweep sweep;
    const char *language; /* of the twin, or NULL */
    struct twin_program twin;
};

enum {
    OPTION_RATE = 0x200,
    OPTION_DURATION,
    OPTION_ARRIVALS,
    OPTION_JSON,
    OPTION_REPEAT,
    OPTION_SWEEP,
    OPTION_SAMPLES,
    OPTION_MEMORY_LIMIT,
    OPTION_TWIN
};

static const struct argp_option options[] = {
    {"rate", OPTION_RATE, "R|max", 0,
     "Requests a second, or 60/min, 5/h; max: as fast as it goes "
     "(1000)",
     0},
    {"duration", OPTION_DURATION, "TIME", 0,
     "Load ends after this time, or after --requests, whichever comes first (where neither is "
     "given: "
     "2s, or 1s of more than twenty cases)",
     0},
    {"arrivals", OPTION_ARRIVALS, "constant|poisson", 0, "How requests are spaced (constant)", 0},
    {"json", OPTION_JSON, "FILE", 0,
     "Write the record there, a line of JSON at a time; -: to standard output, and the words to "
     "standard error",
     0},
    {"repeat", OPTION_REPEAT, "K", 0,
     "Run each case K times, leak and fix in turn as chance has it, each time with another seed, "
     "and tell ranges over "
     "the repetitions (1)",
     0},
    {"sweep", OPTION_SWEEP, "NAME=V,V,..", OPTION_ADDS_UP,
     "Run each case at each value, and table them: of stack, rate, requests or samples. Several "
     "of these make a grid",
     0},
    {"samples", OPTION_SAMPLES, "R", 0, "Samples a second; 0: only at the ends of phases (10)", 0},
    {"memory-limit", OPTION_MEMORY_LIMIT, "SIZE", 0,
     "Keep load on until the case dies of this limit, or has outlived --duration (2min). A memory "
     "cgroup keeps it, where one may be made, else the meter",
     0},
    {"twin", OPTION_TWIN, "go", 0,
     "Run each case in Go too, in turn with ours: the program that `make twin-go` builds, or "
     "LEAKLAB_TWIN names",
     0},
    {0},
};

static unsigned repeat_of(const char *arg, const struct argp_state *state)
{
    uint64_t repeat;
    if (!quantity_count(arg, &repeat) || repeat > REPEAT_MOST)
        command_refuse(state, "--repeat '%s': must be a whole number from 1 to %d", arg,
                       REPEAT_MOST);
    return (unsigned)repeat;
}

static void choose_twin(struct run_wish *wish, const char *arg, const struct argp_state *state)
{
    if (strcmp(arg, "go") != 0)
        command_refuse(state, "--twin '%s': must be go: the pairs have twins in no other language",
                       arg);
    wish->language = arg;
}

/* Not every pair has one. */
static void say_who_has_none(const struct run_wish *wish)
{
    const struct selection *selection = &wish->selection;
    bool all = selection->pair_count == 0;
    size_t count = all ? catalog_length : selection->pair_count;
    for (size_t i = 0; i < count; i++) {
        const struct pair *pair = all ? &catalog[i] : selection->pairs[i];
        if (!twin_has(&wish->twin.twin, pair->id))
            fprintf(stderr, "leaklab run: --twin %s is skipped for %s: it has no twin\n",
                    wish->language, pair->id);
    }
}

/* Without the language ours run all the same; a program that is only not built is worth a minute. */
static void look_for_twin(struct run_wish *wish, const struct argp_state *state)
{
    char why[2048];
    switch (twin_find(&wish->twin, wish->language, why, sizeof why)) {
    case TWIN_FOUND:
        wish->selection.twin = &wish->twin.twin;
        say_who_has_none(wish);
        break;
    case TWIN_MISSING:
        fprintf(stderr, "leaklab run: --twin %s is skipped: %s\n", wish->language, why);
        break;
    case TWIN_WRONG:
        command_refuse(state, "--twin %s: %s", wish->language, why);
    }
}

/* Results are of pairs. */
static void refuse_record_of_controls(const struct run_wish *wish, const struct argp_state *state)
{
    bool any = wish->selection.controls;
    for (size_t i = 0; i < wish->selection.pair_count; i++)
        any |= wish->selection.pairs[i]->is_control;
    bool kept = wish->json || wish->sweep_count || wish->selection.repeat > 1;
    if (any && kept)
        command_refuse(state, "controls are no pairs: there is no record of them, and so neither "
                              "--json nor --repeat nor --sweep");
}

/* The sets of settings, once all options are known. */
static void lay_out(struct run_wish *wish, const struct argp_state *state)
{
    char why[300];
    wish->sweep = (struct sweep){malloc(sizeof *wish->sweep.points), 1};
    if (!wish->sweep.points)
        command_refuse(state, "no memory for the settings");
    wish->sweep.points[0] = wish->selection.settings;
    for (int i = 0; i < wish->sweep_count; i++)
        if (!sweep_add(&wish->sweep, wish->sweeps[i], why, sizeof why))
            command_refuse(state, "--sweep '%s': %s", wish->sweeps[i], why);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct run_wish *wish = state->input;
    struct settings *settings = &wish->selection.settings;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &wish->selection;
        return 0;
    case OPTION_RATE:
        if (!quantity_rate(arg, &settings->rate))
            command_refuse(state, "--rate '%s': " QUANTITY_RATE, arg);
        return 0;
    case OPTION_DURATION:
        if (!quantity_time(arg, &settings->duration))
            command_refuse(state, "--duration '%s': " QUANTITY_TIME, arg);
        return 0;
    case OPTION_ARRIVALS:
        if (strcmp(arg, "constant") != 0 && strcmp(arg, "poisson") != 0)
            command_refuse(state, "--arrivals '%s': must be constant or poisson", arg);
        settings->arrivals = arg[0] == 'p' ? ARRIVALS_POISSON : ARRIVALS_CONSTANT;
        return 0;
    case OPTION_JSON:
        wish->json = arg;
        return 0;
    case OPTION_REPEAT:
        wish->selection.repeat = repeat_of(arg, state);
        return 0;
    case OPTION_SWEEP:
        if (wish->sweep_count == SWEEPS_MOST)
            command_refuse(state, "--sweep: at most %d of them", SWEEPS_MOST);
        wish->sweeps[wish->sweep_count++] = arg;
        return 0;
    case OPTION_SAMPLES:
        if (!quantity_samples(arg, &settings->looks_per_second))
            command_refuse(state, "--samples '%s': " QUANTITY_SAMPLES, arg);
        return 0;
    case OPTION_MEMORY_LIMIT:
        if (!quantity_size(arg, &settings->memory_limit))
            command_refuse(state, "--memory-limit '%s': " QUANTITY_SIZE, arg);
        return 0;
    case OPTION_TWIN:
        choose_twin(wish, arg, state);
        return 0;
    case ARGP_KEY_SUCCESS:
        refuse_record_of_controls(wish, state);
        if (wish->language)
            look_for_twin(wish, state);
        lay_out(wish, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {{&selecting_argp, 0, NULL, 0}, {0}};

static const struct argp argp = {
    .options = options,
    .parser = parse,
    .args_doc = "[ID|FAMILY|WORD...]",
    .doc =
        "Puts each pair, or those named by an id, a family or a word, under load on the real "
        "clock: one "
        "process a variant, "
        "requests on schedule whatever becomes of them, sampled from outside.\v"
        "tasks/req: tasks still there after settle, per request; exact. left/req: the same, with "
        "what it is, "
        "where a pair leaves something else, as a handle or a thread; the verdict names all kinds. "
        "bytes/req: what the "
        "resident set grew by over the later three quarters of load, per request, in as many "
        "digits as "
        "hold; once: what it grew by besides, whatever the number of requests. late p99: from when "
        "a "
        "request was due to when it began (none where --rate is max: then none is due); service "
        "p50, "
        "p99: from there to its return; `never` where so many did not return. noise: the machine "
        "was too "
        "busy for the times to be compared. With --repeat or --sweep: the mean, and the range over "
        "the "
        "repetitions. A twin's "
        "goroutines are counted as tasks, its timers not at all; --stack and --settle are not for "
        "it, and it takes GODEBUG from the environment: asynctimerchan=1 brings back Go's timers "
        "of before 1.23. Exit status "
        "1 where a variant does not do what the catalog says of it, both ways.",
    .children = children,
};

/* The words as typed: argp moves options before the rest. */
static char **words_typed(int argc, char **argv)
{
    char **words = calloc((size_t)argc + 2, sizeof *words);
    if (!words)
        return NULL;
    words[0] = "leaklab";
    words[1] = "run";
    memcpy(words + 2, argv + 1, (size_t)(argc - 1) * sizeof *words);
    return words;
}

/* From what was asked for to the plan, and by the plan to the measurement. */
static int run_wished(const struct run_wish *wish, int argc, char **words)
{
    const struct settings *settings = &wish->selection.settings;
    struct run_plan plan;
    if (!run_plan_make(&plan, &wish->selection, &wish->sweep)) {
        fprintf(stderr, "leaklab run: no memory for the cases\n");
        return EXIT_FAILED;
    }
    int status = measure(&(struct measuring){
        .plan = &plan,
        .json = wish->json,
        .argc = argc,
        .argv = words,
        .seed = settings->seed,
        .looks_per_second = settings->looks_per_second,
        .grid = wish->selection.repeat > 1 || wish->sweep.count > 1,
    });
    run_plan_free(&plan);
    return status;
}

static int run(int argc, char **argv)
{
    struct run_wish wish = {.selection = selecting_start()};
    char **words = words_typed(argc, argv);
    int status = EXIT_FAILED;
    wish.selection.settings.looks_per_second = looks_per_second;
    command_parse(&argp, argc, argv, &wish);
    if (words)
        status = run_wished(&wish, argc + 1, words);
    selecting_free(&wish.selection);
    free(wish.sweep.points);
    twin_forget(&wish.twin);
    free(words);
    return status;
}

const struct command command_run = {
    .name = "run",
    .summary = "Put leaks and fixes under real load, measure them, and judge",
    .argp = &argp,
    .run = run,
};
