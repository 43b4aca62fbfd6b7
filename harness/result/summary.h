/* What a record says of each pair, with intervals: the numbers that tables, pages and citations
 * print. Made of a record (summarize.h), or read back from a saved result (summary_read.h); and the
 * benchmarks and detectors beside it. */
#pragma once

#include "record/benchmarks.h"
#include "record/detections.h"
#include "result/confirmation.h"
#include "result/death.h"
#include "result/run_figures.h"

enum { PARKED_SHOWN = 4, MADE_SHOWN = 8 };

struct parked_place {
    uint64_t count;
    char reason[64], file[200];
    uint64_t line;
    bool kept_awake;
};

/* What was made at one place, and is left: "handle", "timer, stopped". */
struct made_place {
    uint64_t count;
    char kind[24], what[48], file[200], function[80];
    uint64_t line;
};

/* One variant, over its repetitions. */
struct measured {
    size_t run_count, unfinished; /* unfinished: died or cut off, and not among the runs */
    struct run_figures *runs;
    size_t death_count;
    struct death_figures *deaths; /* of the runs under a limit, those that were killed among them */
    /* Of results of before, bytes_once is not known and in bytes_per_request; and lateness and service, not told apart, are
     * in p50 and p99 alone. */
    struct estimate bytes_per_request, bytes_once, bytes_per_task, heap_per_request,
        page_tables_per_request, per_second;
    struct estimate p50, p99, late_p50, late_p99, service_p50, service_p99;
    struct attribution under_load, after_settle; /* means */
    struct expectation expected;
    struct kept kept; /* what only leaked tasks reach: the first run's */
    char *verdict;    /* likewise, in words */
    size_t place_count;
    struct parked_place places[PARKED_SHOWN]; /* of the first run */
    size_t made_count;
    struct made_place made[MADE_SHOWN]; /* likewise, where summary_tells_left() */
    char *path, *source;                /* of the sample; "" where the record has it not */
};

struct measured_pair {
    char *id, *family, *title;
    char *twin, *twin_version; /* the language of the twin that it is of, "": of ours */
    struct settings settings;
    struct measured variants[VARIANTS];
};

struct summary {
    char *name;    /* of the saved result, or "" */
    json_t *about; /* when, where, by which command: the record's header */
    char *cut;     /* where the record stopped short, or "" */
    size_t pair_count;
    struct measured_pair *pairs; /* in the order of the record; one a pair and set of settings */
    /* The same of twins: apart, and so no part of any figure of ours. */
    size_t twin_count;
    struct measured_pair *twins;
    /* Of the suite, and against Go; NULL where there are none. They are the summary's. */
    struct benchmarks *benchmarks, *versus;
    struct detections *detections; /* what leak detectors said; or NULL, and the summary's too */
    struct confirmation *confirmation; /* which result it has measured again; or NULL, likewise */
};

void summary_free(struct summary *summary);

/* Whether there is something to show of it. */
bool summary_has(const struct measured *measured);

/* Whether it was measured in this case: the same pair, by the same program. */
bool summary_is_of(const struct measured_pair *pair, const struct recorded_case *c);

/* Where the sample of a pair's variant stands, from the project's root. */
enum { SAMPLE_PATH = 300 };
const char *summary_sample(char path[SAMPLE_PATH], const struct measured_pair *pair,
                           enum variant variant);

/* Whether two cases ran under the same load. */
bool summary_same_settings(const struct settings *a, const struct settings *b);

const struct measured_pair *summary_pair(const struct summary *summary, const char *id);

/* The same leak under the same load, as this series of outcome_series(); or NULL. */
const struct measured_pair *summary_series(const struct summary *summary,
                                           const struct measured_pair *pair, const char *series);

/* What is proven made to end; or NULL. */
const struct measured_pair *summary_recovered(const struct summary *summary,
                                              const struct measured_pair *pair);

/* One run's figure at this offset in struct run_figures. */
double summary_at(const struct run_figures *run, size_t figure);

/* The mean over the runs of a figure that each has, at this offset in struct run_figures; and
 * whether it is the same in all. NAN where there is no run. */
double summary_mean(const struct measured *measured, size_t figure, bool *same);
#define summary_figure(measured, figure, same)                                                     \
    summary_mean(measured, offsetof(struct run_figures, figure), same)

/* The median over the runs of which it is known; NAN: of none. */
double summary_median(const struct measured *measured, size_t figure);

/* What grows in a leak of this pair: GROWS_LEFT of the kinds of probe/left_kinds.h; GROWS_MEMORY: memory, and nothing that
 * is counted, or of a result of before that has not kept it. */
enum grows { GROWS_TASKS, GROWS_TIMERS, GROWS_LEFT, GROWS_HEAP, GROWS_MEMORY };
enum grows summary_grows(const struct measured_pair *pair);

/* Whether its figures tell of what is neither task nor timer: by the catalog its leak leaves none of those. */
bool summary_tells_left(const struct measured_pair *pair);

/* Whether it is plain C, which has no tasks, nor stacks for them: by the catalog, and by what the leak leaves. */
bool summary_is_plain(const struct measured_pair *pair);

/* The offset of one kind in struct run_figures. */
size_t summary_left(int kind);
