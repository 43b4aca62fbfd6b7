/* The way of a measurement, in order: the plan's cases go to the lab; what it sees of each goes into the
 * record; each that ends is judged; and at the end all are tabled. measure() is that list. */
#include "command/measuring.h"
#include "command/telling.h"
#include "load/lab.h"
#include "record/record.h"
#include "report/grid.h"
#include "report/table.h"
#include "result/summarize.h"
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct measurement {
    const struct measuring *wanted;
    struct telling telling;
    struct verdict *verdicts; /* of the plan's cases, in their order */
    size_t *numbers, begun;   /* of each, the how manieth to begin; and how many have */
    struct record *record;    /* or NULL */
    char path[64];            /* of a record that is kept in memory, or "" */
    int memory;               /* which is there, or -1 */
    bool record_failed;
};

static size_t place_of(const struct measurement *m, const struct outcome *outcome)
{
    return (size_t)(outcome - m->wanted->plan->cases);
}

/* In the record cases count in the order in which they begin. */
static size_t number_of(const struct measurement *m, const struct outcome *outcome)
{
    return m->numbers[place_of(m, outcome)];
}

/* --- The record begins ---------------------------------------------------------------------- */

static bool goes_to_output(const struct measurement *m)
{
    return m->wanted->json && strcmp(m->wanted->json, "-") == 0;
}

/* What can not be read again is kept in memory besides, for the table at the end. */
static void keep_in_memory(struct measurement *m)
{
    if (!m->wanted->grid || (m->wanted->json && !goes_to_output(m)))
        return;
    m->memory = memfd_create("record", MFD_CLOEXEC);
    if (m->memory >= 0)
        snprintf(m->path, sizeof m->path, "/proc/self/fd/%d", m->memory);
}

static bool twins_among(const struct run_plan *plan)
{
    bool any = false;
    for (size_t i = 0; i < plan->length; i++)
        any |= outcome_series(&plan->cases[i]) != NULL;
    return any;
}

/* A full disk does not end the measuring: it is said at once, and again in the exit status. */
static void watch_record(struct measurement *m)
{
    const char *error = m->record ? record_error(m->record) : NULL;
    if (!error || m->record_failed)
        return;
    m->record_failed = true;
    telling_warn(&m->telling, "%s; measuring goes on without it", error);
}

static void begin_record(struct measurement *m)
{
    char why[512];
    const struct measuring *wanted = m->wanted;
    keep_in_memory(m);
    const char *path = wanted->json ? wanted->json : m->path;
    if (!*path)
        return;
    m->record = record_open(path, why, sizeof why);
    if (!m->record ||
        (goes_to_output(m) && *m->path && !record_copy_to(m->record, m->memory, why, sizeof why))) {
        command_say("run", "--json: %s", why);
        exit(EXIT_USAGE);
    }
    record_header(m->record, &(struct record_header){
                                 .argc = wanted->argc,
                                 .argv = wanted->argv,
                                 .seed = wanted->seed,
                                 .cases = wanted->plan->length,
                                 .samples_per_second = wanted->looks_per_second,
                                 .twins = twins_among(wanted->plan),
                             });
    record_sources(m->record, wanted->plan->cases, wanted->plan->length);
    watch_record(m);
}

/* --- What the lab tells --------------------------------------------------------------------- */

static void on_began(const struct outcome *outcome, void *arg)
{
    struct measurement *m = arg;
    m->numbers[place_of(m, outcome)] = m->begun++;
    if (m->record)
        record_start(m->record, number_of(m, outcome), outcome);
    watch_record(m);
}

static void on_looked(const struct outcome *outcome, const struct sample *sample, void *arg)
{
    struct measurement *m = arg;
    if (m->record)
        record_sample(m->record, number_of(m, outcome), sample);
    watch_record(m);
    telling_look(&m->telling, number_of(m, outcome), outcome, sample);
}

static void on_ended(const struct outcome *outcome, void *arg)
{
    struct measurement *m = arg;
    size_t number = number_of(m, outcome);
    struct verdict *verdict = &m->verdicts[place_of(m, outcome)];
    verdict_of(outcome, JUDGE_REAL_CLOCK, verdict);
    if (m->record)
        record_end(m->record, number, outcome, verdict);
    watch_record(m);
    telling_end(&m->telling, number, outcome, verdict);
}

/* A summary that SIGUSR1 has asked the case for, or its last words. */
static void on_heard(const char *said, size_t length, void *arg)
{
    struct measurement *m = arg;
    telling_pass_on(&m->telling, said, length);
}

/* For the cases, where the user has not set it otherwise: jemalloc's own defaults, apart from the one
 * that depends on the number of processors. */
static const char pinned_allocator[] =
    "narenas:1,dirty_decay_ms:10000,muzzy_decay_ms:0,background_thread:false,thp:default,"
    "metadata_thp:disabled";

/* Returns the signal that ended it, or 0. */
static int run_in_lab(struct measurement *m)
{
    const struct run_plan *plan = m->wanted->plan;
    return lab_run(&(struct lab_plan){
        .cases = plan->cases,
        .length = plan->length,
        .order = plan->order,
        .at_once = 1,
        .time_limit = plan->time_limit,
        .observer = {on_began, on_looked, on_ended, on_heard, m},
    });
}

/* --- The end -------------------------------------------------------------------------------- */

static void end_record(struct measurement *m, int interrupted)
{
    char why[512];
    if (!m->record)
        return;
    record_close_line(m->record, interrupted);
    bool said = m->record_failed;
    m->record_failed = !record_close(m->record, why, sizeof why);
    if (m->record_failed && !said)
        command_say("run", "%s", why);
}

/* How many did what the catalog says. Cases that were not reached are judged too. */
static size_t judge_all(struct measurement *m)
{
    const struct run_plan *plan = m->wanted->plan;
    size_t right = 0;
    for (size_t i = 0; i < plan->length; i++) {
        if (plan->cases[i].ending.how == ENDED_NOT)
            verdict_of(&plan->cases[i], JUDGE_REAL_CLOCK, &m->verdicts[i]);
        right += m->verdicts[i].as_catalogued;
    }
    return right;
}

/* All runs of a case and all settings, from the record. False where it can not be read again. */
static bool print_grid(const struct measurement *m)
{
    char why[600];
    const char *path = m->wanted->json && !goes_to_output(m) ? m->wanted->json : m->path;
    struct recorded *recorded =
        *path && !m->record_failed ? recorded_read(path, why, sizeof why) : NULL;
    struct summary *summary = recorded ? summary_of(recorded) : NULL;
    bool printed = summary && grid_print(&m->telling.terminal, summary);
    summary_free(summary);
    recorded_free(recorded);
    return printed;
}

static void print_table(const struct measurement *m)
{
    const struct run_plan *plan = m->wanted->plan;
    if (!m->wanted->grid || !print_grid(m))
        table_print(&m->telling.terminal, plan->cases, m->verdicts, plan->length);
}

/* --- All of it ------------------------------------------------------------------------------ */

int measure(const struct measuring *wanted)
{
    const struct run_plan *plan = wanted->plan;
    struct measurement m = {.wanted = wanted, .memory = -1};
    m.telling = telling_start(plan->cases, plan->length, goes_to_output(&m) ? stderr : stdout);
    m.verdicts = calloc(plan->length, sizeof *m.verdicts);
    m.numbers = calloc(plan->length, sizeof *m.numbers);
    if (!m.verdicts || !m.numbers) {
        command_say("run", "no memory for %zu verdicts", plan->length);
        return EXIT_FAILED;
    }
    setenv("MALLOC_CONF", pinned_allocator, 0); /* before the record tells of it */
    begin_record(&m);
    telling_time(&m.telling, run_plan_time(plan));
    int interrupted = run_in_lab(&m);
    size_t right = judge_all(&m);
    telling_space(&m.telling);
    end_record(&m, interrupted);
    print_table(&m);
    telling_sum(&m.telling, right, interrupted);
    if (m.memory >= 0)
        close(m.memory);
    free(m.verdicts);
    free(m.numbers);
    if (interrupted)
        return EXIT_BY_SIGNAL + interrupted;
    return right == plan->length && !m.record_failed ? EXIT_AS_CATALOGUED : EXIT_FAILED;
}
