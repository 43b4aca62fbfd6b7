/* `leaklab run`: every variant under real load, one process after another, measured and judged. */
#include "command/measuring.h"
#include "command/quantity.h"
#include "command/selecting.h"
#include "command/sweep.h"
#include "command/twin.h"
#include "task/time.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Looks a second: enough for a curve, too few to be felt. */
static const double looks_per_second = 10;

/* Load where nothing else is said; as fast as it goes has no time of its own. */
static const int64_t load_time = 2 * SECOND;
/* Under a memory limit load goes on until the case dies, or has outlived this. */
static const int64_t load_time_limited = 2 * MINUTE;
enum { REQUESTS_AT_MAX = 100000, SWEEPS_MOST = 8, REPEAT_MOST = 1000 };

struct request {
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
     "Load ends after this time, or after --requests, whichever comes first (2s, where neither is "
     "given)",
     0},
    {"arrivals", OPTION_ARRIVALS, "constant|poisson", 0, "How requests are spaced (constant)", 0},
    {"json", OPTION_JSON, "FILE", 0, "Write the record there, a line of JSON at a time", 0},
    {"repeat", OPTION_REPEAT, "K", 0,
     "Run each case K times, leak, fix, leak, fix, and tell intervals over the repetitions (1)", 0},
    {"sweep", OPTION_SWEEP, "NAME=V,V,..", 0,
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

static void choose_twin(struct request *request, const char *arg, const struct argp_state *state)
{
    if (strcmp(arg, "go") != 0)
        command_refuse(state, "--twin '%s': must be go: the pairs have twins in no other language",
                       arg);
    request->language = arg;
}

/* Without the language ours run all the same; a program that is only not built is worth a minute. */
static void look_for_twin(struct request *request, const struct argp_state *state)
{
    char why[2048];
    switch (twin_find(&request->twin, request->language, why, sizeof why)) {
    case TWIN_FOUND:
        request->selection.twin = &request->twin.twin;
        break;
    case TWIN_MISSING:
        fprintf(stderr, "leaklab run: --twin %s is skipped: %s\n", request->language, why);
        break;
    case TWIN_WRONG:
        command_refuse(state, "--twin %s: %s", request->language, why);
    }
}

/* Results are of pairs. */
static void refuse_record_of_controls(const struct request *request, const struct argp_state *state)
{
    bool any = request->selection.controls;
    for (size_t i = 0; i < request->selection.pair_count; i++)
        any |= request->selection.pairs[i]->is_control;
    bool kept = request->json || request->sweep_count || request->selection.repeat > 1;
    if (any && kept)
        command_refuse(state, "controls are no pairs: there is no record of them, and so neither "
                              "--json nor --repeat nor --sweep");
}

/* The sets of settings, once all options are known. */
static void lay_out(struct request *request, const struct argp_state *state)
{
    char why[300];
    request->sweep = (struct sweep){malloc(sizeof *request->sweep.points), 1};
    if (!request->sweep.points)
        command_refuse(state, "no memory for the settings");
    request->sweep.points[0] = request->selection.settings;
    for (int i = 0; i < request->sweep_count; i++)
        if (!sweep_add(&request->sweep, request->sweeps[i], why, sizeof why))
            command_refuse(state, "--sweep '%s': %s", request->sweeps[i], why);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct request *request = state->input;
    struct settings *settings = &request->selection.settings;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &request->selection;
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
        request->json = arg;
        return 0;
    case OPTION_REPEAT:
        request->selection.repeat = repeat_of(arg, state);
        return 0;
    case OPTION_SWEEP:
        if (request->sweep_count == SWEEPS_MOST)
            command_refuse(state, "--sweep: at most %d of them", SWEEPS_MOST);
        request->sweeps[request->sweep_count++] = arg;
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
        choose_twin(request, arg, state);
        return 0;
    case ARGP_KEY_SUCCESS:
        refuse_record_of_controls(request, state);
        if (request->language)
            look_for_twin(request, state);
        lay_out(request, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {{&selecting_argp, 0, NULL, 0}, {0}};

static const struct argp argp = {
    .options = options,
    .parser = parse,
    .args_doc = "[ID...]",
    .doc =
        "Puts each pair, or those named, under load on the real clock: one process a variant, "
        "requests on schedule whatever becomes of them, sampled from outside.\v"
        "tasks/req: tasks still there after settle, per request; exact. bytes/req: what the "
        "resident set grew by from before load to the last answer, per request. p50, p99: from "
        "a request's intended start to its return; `never` where so many did not. With --repeat or "
        "--sweep bytes/req is the slope over requests, with its 95 % interval. A twin's "
        "goroutines are counted as tasks, its timers not at all; --stack and --settle are not for "
        "it, and it takes GODEBUG from the environment: asynctimerchan=1 brings back Go's timers "
        "of before 1.23. Exit status "
        "1 where a variant does not do what the catalog says of it, both ways.",
    .children = children,
};

/* Load ends somehow; and a warm-up of twice what is in flight at a time, so that load finds its stacks made. Half
 * of it is the rehearsal. */
static struct settings with_an_end_and_warm_up(struct settings settings)
{
    enum { WARM_LEAST = 40, WARM_MOST = 1000, WARM_AT_MAX = 100 };
    bool no_end = settings.requests == 0 && settings.duration == 0;
    if (no_end && settings.memory_limit)
        settings.duration = load_time_limited;
    else if (no_end && settings.rate > 0)
        settings.duration = load_time;
    else if (no_end)
        settings.requests = REQUESTS_AT_MAX;
    double in_flight = settings.rate * (double)settings.patience / SECOND;
    settings.warm_up = settings.rate > 0 ? (uint64_t)(2 * in_flight) : WARM_AT_MAX;
    if (settings.warm_up < WARM_LEAST)
        settings.warm_up = WARM_LEAST;
    if (settings.warm_up > WARM_MOST)
        settings.warm_up = WARM_MOST;
    return settings;
}

/* Long enough for any machine; only a case that hangs meets it. */
static int64_t time_limit(const struct settings *settings)
{
    double load = settings->duration ? (double)settings->duration : INFINITY;
    double interval = settings->rate > 0 ? SECOND / settings->rate : MILLISECOND;
    if (settings->requests)
        load = fmin(load, (double)settings->requests * interval);
    return (int64_t)fmin(2 * load, 1e18) + 10 * MINUTE;
}

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

/* Completes the points, and says how long any case may take. */
static int64_t complete(struct sweep *sweep)
{
    int64_t longest = 0;
    for (size_t i = 0; i < sweep->count; i++) {
        sweep->points[i] = with_an_end_and_warm_up(sweep->points[i]);
        int64_t limit = time_limit(&sweep->points[i]);
        longest = limit > longest ? limit : longest;
    }
    return longest;
}

static int run_all(struct request *request, int argc, char **words)
{
    struct selection *selection = &request->selection;
    struct measuring measuring = {
        .json = request->json,
        .argc = argc,
        .argv = words,
        .seed = selection->settings.seed,
        .looks_per_second = selection->settings.looks_per_second,
        .time_limit = complete(&request->sweep),
        .grid = selection->repeat > 1 || request->sweep.count > 1,
    };
    selection->points = request->sweep.points;
    selection->point_count = request->sweep.count;
    measuring.cases = selection_cases(selection, &measuring.length);
    if (!measuring.cases) {
        fprintf(stderr, "leaklab run: no memory for the cases\n");
        return EXIT_FAILED;
    }
    int status = measure(&measuring);
    for (size_t i = 0; i < measuring.length; i++)
        outcome_free(&measuring.cases[i]);
    free(measuring.cases);
    return status;
}

int command_run(int argc, char **argv)
{
    struct request request = {.selection = selecting_start()};
    char **words = words_typed(argc, argv);
    int status = EXIT_FAILED;
    request.selection.settings.looks_per_second = looks_per_second;
    command_parse(&argp, argc, argv, &request);
    if (words)
        status = run_all(&request, argc + 1, words);
    selecting_free(&request.selection);
    free(request.sweep.points);
    free(words);
    return status;
}
