/* A record, read back: record/record.h says what is in one. Nothing of it is trusted. */
#pragma once

#include "probe/outcome.h"
#include <jansson.h>

struct recorded_case {
    char *id, *family, *title;
    enum variant variant;
    char *twin, *twin_version; /* the language of the twin that ran it, "": we did */
    unsigned repetition;
    struct settings settings;
    struct expectation expected;
    size_t sample_count, sample_capacity, latency_count;
    struct sample *samples;
    int64_t *latencies; /* in the order in which requests returned */
    double *quantiles;  /* in their place, of a saved record: 1001, INFINITY where never; or NULL */
    bool ended;         /* else it was running when the record was cut off */
    json_t *end;        /* the whole line, checked; NULL where it has not ended */
    uint64_t sent, refused;
    struct counts counts[MOMENTS];
    bool counted[MOMENTS];
    bool as_catalogued;
    int64_t ended_at; /* nanoseconds since it began, -1: not known */
    int64_t
        timers_gone; /* nanoseconds of settle until all that was held had gone, -1: nothing was, or never */
    bool killed_by_limit;   /* of settings.memory_limit */
    char *verdict, *ending; /* in words */
};

/* A sample's text, as it was when this was measured. */
struct recorded_source {
    char *path, *text;
};

struct recorded {
    json_t *header;
    size_t case_count, case_capacity, source_count;
    struct recorded_case *cases; /* in the order in which they began */
    struct recorded_source *sources;
    bool closed;
    int64_t interrupted_by; /* a signal's number, or 0 */
    char cut[256];          /* one line on where the record stops short, or "" */
};

/* Reads a record, compressed or not. One that was cut off is read up to its last whole line, and
 * recorded->cut says so. NULL where it is none, is damaged, or was written by a newer leaklab: *why
 * is one line that names the file and the line. The caller frees it by recorded_free(). */
struct recorded *recorded_read(const char *path, char *why, size_t size);
void recorded_free(struct recorded *recorded);

/* The text of the sample at this path, or NULL. */
const char *recorded_source(const struct recorded *recorded, const char *path);

/* The look at the end of a phase, or NULL. */
const struct sample *recorded_phase_end(const struct recorded_case *c, enum phase phase);

/* Requests of load that a task was made for. */
uint64_t recorded_started(const struct recorded_case *c);
