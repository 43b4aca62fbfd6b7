/* `leaklab run`: every variant under real load, one process after another, measured and judged. */
#include "command/quantity.h"
#include "command/selecting.h"
#include "report/detail.h"
#include "report/figures.h"
#include "report/record.h"
#include "report/table.h"
#include "task/time.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Looks a second: enough for a curve, too few to be felt. */
static const double looks_per_second = 10;

/* Load where nothing else is said; as fast as it goes has no time of its own. */
static const int64_t load_time = 2 * SECOND;
enum { REQUESTS_AT_MAX = 100000 };

struct request {
    struct selection selection;
    const char *json; /* path of the record, or NULL */
};

enum { OPTION_RATE = 0x200, OPTION_DURATION, OPTION_ARRIVALS, OPTION_JSON };

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
    {0},
};

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
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {{&selecting_argp, 0, NULL, 0}, {0}};

static const struct argp argp = {
    .options = options,
    .parser = parse,
    .args_doc = "[ID...]",
    .doc = "Puts each pair, or those named, under load on the real clock: one process a variant, "
           "requests on schedule whatever becomes of them, sampled from outside.\v"
           "tasks/req: tasks still there after settle, per request; exact. bytes/req: what the "
           "resident set grew by from before load to the last answer, per request. p50, p99: from "
           "a request's intended start to its return; `never` where so many did not. Exit status "
           "1 where a variant does not do what the catalog says of it, both ways.",
    .children = children,
};

/* --- Telling -------------------------------------------------------------------------------- */

struct report {
    struct terminal terminal;
    struct record *record; /* or NULL */
    const struct outcome *cases;
    struct verdict *verdicts;
    size_t length, ended;
    bool record_failed;
};

static size_t number_of(const struct report *report, const struct outcome *outcome)
{
    return (size_t)(outcome - report->cases);
}

/* A full disk does not end the measuring: it is said at once, and again in the exit status. */
static void watch_record(struct report *report)
{
    const char *error = report->record ? record_error(report->record) : NULL;
    if (!error || report->record_failed)
        return;
    report->record_failed = true;
    terminal_clear(&report->terminal);
    fprintf(stderr, "leaklab run: %s; measuring goes on without it\n", error);
}

static void on_began(const struct outcome *outcome, void *arg)
{
    struct report *report = arg;
    if (report->record)
        record_start(report->record, number_of(report, outcome), outcome);
    watch_record(report);
}

static double progress_of(const struct settings *settings, const struct outcome *outcome,
                          const struct sample *sample)
{
    double share = 0, of_time = 0;
    int64_t began = outcome->gauges->progress.phase_began[PHASE_LOAD];
    if (sample->phase > PHASE_LOAD)
        return 1;
    if (settings->requests)
        share = (double)sample->sent / (double)settings->requests;
    if (settings->duration && began)
        of_time = (double)(sample->time - (began - outcome->began)) / (double)settings->duration;
    share = share > of_time ? share : of_time;
    return share < 1 ? share : 1;
}

static void on_looked(const struct outcome *outcome, const struct sample *sample, void *arg)
{
    struct report *report = arg;
    char tasks[FIGURE], rss[FIGURE];
    if (report->record)
        record_sample(report->record, number_of(report, outcome), sample);
    watch_record(report);
    terminal_live(&report->terminal, "[%zu/%zu] %-16s %-4s  %-8s %3.0f %%  %s tasks  %s RSS",
                  number_of(report, outcome) + 1, report->length, outcome->pair->id,
                  variant_name(outcome->variant), phase_text(sample->phase),
                  100 * progress_of(&outcome->settings, outcome, sample),
                  figure_count(tasks, (int64_t)sample->counts.tasks),
                  figure_bytes(rss, (double)sample->memory.rss));
}

static void on_ended(const struct outcome *outcome, void *arg)
{
    struct report *report = arg;
    const struct terminal *t = &report->terminal;
    size_t number = number_of(report, outcome);
    struct verdict *verdict = &report->verdicts[number];
    verdict_of(outcome, JUDGE_REAL_CLOCK, verdict);
    if (report->record)
        record_end(report->record, number, outcome, verdict);
    watch_record(report);
    report->ended++;
    terminal_clear(t);
    fprintf(t->out, "[%zu/%zu] %-16s %-4s  %s%s%s\n", number + 1, report->length, outcome->pair->id,
            variant_name(outcome->variant), terminal_style(t, detail_style(verdict)),
            verdict->words, terminal_style(t, STYLE_PLAIN));
    detail_print(t, outcome, verdict);
    fflush(t->out);
}

/* --- Running -------------------------------------------------------------------------------- */

/* A warm-up as large as what is in flight at a time, twice, so that load finds its stacks made. */
static struct settings settle_load(struct settings settings)
{
    enum { WARM_LEAST = 20, WARM_MOST = 1000, WARM_AT_MAX = 100 };
    bool no_end = settings.requests == 0 && settings.duration == 0;
    if (no_end && settings.rate > 0)
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

static void open_record(struct report *report, const char *path, int argc, char **argv,
                        uint64_t seed)
{
    char why[512];
    report->record = record_open(path, why, sizeof why);
    if (!report->record) {
        fprintf(stderr, "leaklab run: --json: %s\n", why);
        exit(EXIT_USAGE);
    }
    record_header(report->record, &(struct record_header){
                                      .argc = argc,
                                      .argv = argv,
                                      .seed = seed,
                                      .cases = report->length,
                                      .samples_per_second = looks_per_second,
                                  });
    watch_record(report);
}

static void close_record(struct report *report, int interrupted)
{
    char why[512];
    if (!report->record)
        return;
    record_close_line(report->record, interrupted);
    bool said = report->record_failed;
    report->record_failed = !record_close(report->record, why, sizeof why);
    if (report->record_failed && !said)
        fprintf(stderr, "leaklab run: %s\n", why);
}

static int conclude(struct report *report, int interrupted)
{
    size_t right = 0;
    for (size_t i = 0; i < report->length; i++) {
        if (report->cases[i].ending.how == ENDED_NOT)
            verdict_of(&report->cases[i], JUDGE_REAL_CLOCK, &report->verdicts[i]);
        right += report->verdicts[i].as_catalogued;
    }
    terminal_clear(&report->terminal);
    fputc('\n', report->terminal.out);
    table_print(&report->terminal, report->cases, report->verdicts, report->length);
    fprintf(report->terminal.out, "\n%zu of %zu as the catalog says%s\n", right, report->length,
            interrupted ? " (interrupted)" : "");
    close_record(report, interrupted);
    if (interrupted)
        return EXIT_BY_SIGNAL + interrupted;
    return right == report->length && !report->record_failed ? EXIT_AS_CATALOGUED : EXIT_FAILED;
}

static int run(struct outcome *cases, size_t length, const struct request *request, int argc,
               char **argv)
{
    struct report report = {.terminal = terminal_of(stdout), .cases = cases, .length = length};
    report.verdicts = calloc(length, sizeof *report.verdicts);
    if (!report.verdicts)
        return EXIT_FAILED;
    if (request->json)
        open_record(&report, request->json, argc, argv, request->selection.settings.seed);
    struct lab_plan plan = {
        .cases = cases,
        .length = length,
        .at_once = 1,
        .looks_per_second = looks_per_second,
        .time_limit = time_limit(&request->selection.settings),
        .observer = {on_began, on_looked, on_ended, &report},
    };
    int status = conclude(&report, lab_run(&plan));
    free(report.verdicts);
    return status;
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

int command_run(int argc, char **argv)
{
    struct request request = {.selection = selecting_start()};
    char **words = words_typed(argc, argv);
    command_parse(&argp, argc, argv, &request);
    request.selection.settings = settle_load(request.selection.settings);
    size_t length;
    struct outcome *cases = selection_cases(&request.selection, &length);
    selecting_free(&request.selection);
    int status = EXIT_FAILED;
    if (cases && words)
        status = run(cases, length, &request, argc + 1, words);
    else
        fprintf(stderr, "leaklab run: no memory for the cases\n");
    for (size_t i = 0; cases && i < length; i++)
        outcome_free(&cases[i]);
    free(cases);
    free(words);
    return status;
}
