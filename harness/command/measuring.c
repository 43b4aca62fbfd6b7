#include "command/measuring.h"
#include "load/lab.h"
#include "record/record.h"
#include "report/detail.h"
#include "report/grid.h"
#include "report/table.h"
#include "result/death.h"
#include "result/figures.h"
#include "result/summarize.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* --- Telling -------------------------------------------------------------------------------- */

struct report {
    struct terminal terminal;
    struct record *record; /* or NULL */
    const struct outcome *cases;
    struct verdict *verdicts;
    size_t length, ended;
    bool record_failed;
    const char *path;  /* of the record */
    int variant_width; /* columns */
};

static int widest_variant(const struct measuring *measuring)
{
    char variant[OUTCOME_VARIANT];
    size_t widest = strlen(variant_name(VARIANT_LEAK));
    for (size_t i = 0; i < measuring->length; i++) {
        size_t width = strlen(outcome_variant(&measuring->cases[i], variant));
        widest = width > widest ? width : widest;
    }
    return (int)widest;
}

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
    char tasks[FIGURE], rss[FIGURE], variant[OUTCOME_VARIANT];
    if (report->record)
        record_sample(report->record, number_of(report, outcome), sample);
    watch_record(report);
    terminal_live(&report->terminal, "[%zu/%zu] %-16s %-*s  %-8s %3.0f %%  %s tasks  %s RSS",
                  number_of(report, outcome) + 1, report->length, outcome->pair->id,
                  report->variant_width, outcome_variant(outcome, variant),
                  phase_text(sample->phase), 100 * progress_of(&outcome->settings, outcome, sample),
                  figure_count(tasks, (int64_t)sample->counts.tasks),
                  figure_bytes(rss, (double)sample->memory.rss));
}

/* Of a case under a memory limit: the forecast and what came of it. */
static void tell_death(const struct terminal *t, const struct outcome *outcome)
{
    struct life life = death_life_of_outcome(outcome);
    struct death death = death_of(&life, outcome->settings.seed);
    char *words = death.limited ? death_words(&death) : NULL;
    if (words)
        fprintf(t->out, "      %s\n", words);
    free(words);
}

static void on_ended(const struct outcome *outcome, void *arg)
{
    struct report *report = arg;
    const struct terminal *t = &report->terminal;
    size_t number = number_of(report, outcome);
    char variant[OUTCOME_VARIANT];
    struct verdict *verdict = &report->verdicts[number];
    verdict_of(outcome, JUDGE_REAL_CLOCK, verdict);
    if (report->record)
        record_end(report->record, number, outcome, verdict);
    watch_record(report);
    report->ended++;
    terminal_clear(t);
    fprintf(t->out, "[%zu/%zu] %-16s %-*s  %s%s%s\n", number + 1, report->length, outcome->pair->id,
            report->variant_width, outcome_variant(outcome, variant),
            terminal_style(t, detail_style(verdict)), verdict->words,
            terminal_style(t, STYLE_PLAIN));
    detail_print(t, outcome, verdict);
    tell_death(t, outcome);
    fflush(t->out);
}

/* A summary that SIGUSR1 has asked the case for, or its last words. */
static void on_heard(const char *said, size_t length, void *arg)
{
    struct report *report = arg;
    terminal_clear(&report->terminal);
    fwrite(said, 1, length, stderr);
}

/* --- The record ----------------------------------------------------------------------------- */

static bool twins_among(const struct measuring *measuring)
{
    bool any = false;
    for (size_t i = 0; i < measuring->length; i++)
        any |= measuring->cases[i].twin != NULL;
    return any;
}

static void open_record(struct report *report, const struct measuring *measuring)
{
    char why[512];
    report->record = record_open(report->path, why, sizeof why);
    if (!report->record) {
        fprintf(stderr, "leaklab run: --json: %s\n", why);
        exit(EXIT_USAGE);
    }
    record_header(report->record, &(struct record_header){
                                      .argc = measuring->argc,
                                      .argv = measuring->argv,
                                      .seed = measuring->seed,
                                      .cases = report->length,
                                      .samples_per_second = measuring->looks_per_second,
                                      .twins = twins_among(measuring),
                                  });
    record_sources(report->record, report->cases, report->length);
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

/* All runs of a case and all settings, from the record. False where it can not be read again. */
static bool print_grid(struct report *report)
{
    char why[600];
    struct recorded *recorded = report->path && !report->record_failed
                                    ? recorded_read(report->path, why, sizeof why)
                                    : NULL;
    struct summary *summary = recorded ? summary_of(recorded) : NULL;
    if (summary)
        grid_print(&report->terminal, summary);
    summary_free(summary);
    recorded_free(recorded);
    return summary != NULL;
}

static int conclude(struct report *report, int interrupted, bool grid)
{
    size_t right = 0;
    for (size_t i = 0; i < report->length; i++) {
        if (report->cases[i].ending.how == ENDED_NOT)
            verdict_of(&report->cases[i], JUDGE_REAL_CLOCK, &report->verdicts[i]);
        right += report->verdicts[i].as_catalogued;
    }
    terminal_clear(&report->terminal);
    fputc('\n', report->terminal.out);
    close_record(report, interrupted);
    if (!grid || !print_grid(report))
        table_print(&report->terminal, report->cases, report->verdicts, report->length);
    fprintf(report->terminal.out, "\n%zu of %zu as the catalog says%s\n", right, report->length,
            interrupted ? " (interrupted)" : "");
    if (interrupted)
        return EXIT_BY_SIGNAL + interrupted;
    return right == report->length && !report->record_failed ? EXIT_AS_CATALOGUED : EXIT_FAILED;
}

/* For the cases, where the user has not set it otherwise: jemalloc's own defaults, apart from the one
 * that depends on the number of processors. */
static const char pinned_allocator[] =
    "narenas:1,dirty_decay_ms:10000,muzzy_decay_ms:0,background_thread:false,thp:default,"
    "metadata_thp:disabled";

/* Where nobody wants the record it is kept in memory, for the table at the end. */
static int memory_record(char path[64])
{
    int fd = memfd_create("record", MFD_CLOEXEC);
    snprintf(path, 64, "/proc/self/fd/%d", fd);
    return fd;
}

int measure(const struct measuring *measuring)
{
    char path[64];
    struct report report = {.terminal = terminal_of(stdout),
                            .cases = measuring->cases,
                            .length = measuring->length,
                            .path = measuring->json,
                            .variant_width = widest_variant(measuring)};
    report.verdicts = calloc(measuring->length, sizeof *report.verdicts);
    if (!report.verdicts)
        return EXIT_FAILED;
    int fd = measuring->grid && !measuring->json ? memory_record(path) : -1;
    if (fd >= 0)
        report.path = path;
    setenv("MALLOC_CONF", pinned_allocator, 0); /* before the record tells of it */
    if (report.path)
        open_record(&report, measuring);
    struct lab_plan plan = {
        .cases = measuring->cases,
        .length = measuring->length,
        .at_once = 1,
        .time_limit = measuring->time_limit,
        .observer = {on_began, on_looked, on_ended, on_heard, &report},
    };
    int status = conclude(&report, lab_run(&plan), measuring->grid);
    if (fd >= 0)
        close(fd);
    free(report.verdicts);
    return status;
}
