/* One case of a record, read back line by line. */
#pragma once

#include "probe/outcome.h"
#include "record/take.h"

struct recorded_case {
    char *id, *family, *title;
    enum variant variant;
    char *twin, *twin_version; /* the language of the twin that ran it, "": we did */
    unsigned repetition;
    struct settings settings;
    struct expectation expected;
    size_t sample_count, sample_capacity, latency_count;
    struct sample *samples;
    struct latency *latencies; /* in the order in which requests returned */
    bool
        apart; /* else all of a response stands for lateness: records of before did not tell them apart */
    double *quantiles
        [LATENCY_PARTS]; /* in their place, of a saved record: 1001, INFINITY where never; or NULL */
    double returned;     /* of how many requests these are */
    bool ended;          /* else it was running when the record was cut off */
    json_t *end;         /* the whole line, checked; NULL where it has not ended */
    uint64_t sent, refused;
    struct counts counts[MOMENTS];
    bool counted[MOMENTS];
    bool as_catalogued;
    int64_t ended_at; /* nanoseconds since it began, -1: not known */
    int64_t
        timers_gone; /* nanoseconds of settle until all that was held had gone, -1: nothing was, or never */
    bool killed_by_limit;   /* of settings.memory_limit */
    struct noise noise;     /* of the machine meanwhile; not known of records of before */
    char *verdict, *ending; /* in words */
};

/* Each fills in its part of the case, or says to the taker what is wrong; then the case holds what
 * can be freed. */
void recorded_case_start(struct recorded_case *c, const json_t *line, struct taker *taker);
void recorded_case_sample(struct recorded_case *c, const json_t *line, struct taker *taker);
void recorded_case_latencies(struct recorded_case *c, const json_t *line, struct taker *taker);
void recorded_case_quantiles(struct recorded_case *c, const json_t *line, struct taker *taker);
void recorded_case_end(struct recorded_case *c, const json_t *line, struct taker *taker);

/* Frees what it holds, not the case itself. */
void recorded_case_free(struct recorded_case *c);

/* The look at the end of a phase, or NULL. */
const struct sample *recorded_phase_end(const struct recorded_case *c, enum phase phase);

/* Requests of load that a task was made for. */
uint64_t recorded_started(const struct recorded_case *c);

/* Of how many requests a quantile of this part is: of lateness those that returned, else all that were sent, those that
 * no task could be made for among them. */
double recorded_all(const struct recorded_case *c, enum latency_part part);

/* The grid of quantiles of a part (probe/quantiles.h), into QUANTILE_PARTS + 1 of them; all NAN where the record does not
 * tell it apart, or no request was sent. False: no memory. */
bool recorded_grid(const struct recorded_case *c, enum latency_part part, double *grid);
