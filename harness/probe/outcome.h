/* One case: one variant of one pair under one load, and all that was seen of it. */
#pragma once

#include "catalog.h"
#include "probe/gauges.h"
#include "probe/memory.h"
#include "probe/noise.h"

/* One look from outside at a running case. */
struct sample {
    int64_t time; /* nanoseconds since the case began */
    enum phase phase;
    bool phase_ends; /* the case stood still at the end of this phase */
    uint64_t sent, finished, refused;
    struct counts counts;
    uint64_t armed, stacks_used, stacks_reserved; /* as in struct task_stats; bytes reserved */
    struct heap heap;
    struct memory memory;
    int64_t limited; /* bytes, what settings.memory_limit is held against; -1: not known */
};

enum ended {
    ENDED_NOT,         /* not begun, or still running */
    ENDED_WELL,        /* all phases, and exit status 0 */
    ENDED_NOT_STARTED, /* no process could be made */
    ENDED_EXIT,        /* exited early, or with a status */
    ENDED_SIGNAL,
    ENDED_TOO_LONG,    /* killed by us: it does not come to an end */
    ENDED_INTERRUPTED, /* killed by us, because the user wanted it */
};

struct case_ending {
    enum ended how;
    int64_t time;    /* nanoseconds since the case began */
    int status;      /* exit status, or the signal's number */
    char words[512]; /* one line: what the case said of it last, or why it did not start */
    char *said;      /* the beginning of what it wrote to standard error, or NULL */
};

/* Who keeps settings.memory_limit. */
enum limit_by {
    LIMIT_NONE,
    LIMIT_CGROUP_V2, /* the kernel, by its out-of-memory killer */
    LIMIT_CGROUP_V1,
    LIMIT_METER, /* the parent, by what it sees at its looks */
};

const char *limit_by_text(enum limit_by by);

/* The pairs in another language: a program that is started, and fills in its gauges, like a case of
 * ours. It counts tasks; timers, channels and contexts its language may keep to itself. */
struct twin {
    const char *language; /* "go" */
    const char *program;  /* its path */
    const char *version;  /* of what it was built with: "go1.26.8" */
    const char *ids;      /* the pairs that it has, a line each; NULL: all */
};

/* Whether the pair has a twin there: not every pair needs one. */
bool twin_has(const struct twin *twin, const char *id);

struct outcome {
    const struct pair *pair;
    enum variant variant;
    const struct twin *twin; /* who runs it; NULL: we do */
    unsigned repetition;     /* from 0 */
    struct settings settings;
    int64_t began;         /* CLOCK_MONOTONIC */
    struct gauges *gauges; /* as the case left them; NULL where it did not start */
    int gauges_fd;
    size_t sample_count, sample_capacity;
    struct sample *samples;
    struct latency
        *latencies; /* in the order in which requests returned, as far as they were taken */
    size_t latency_count;
    struct case_ending ending;
    enum limit_by limit_by;
    int charged_fd; /* of its memory cgroup, while it runs; else -1 */
    bool killed_by_limit;
    struct noise noise; /* of the machine, while it ran */
};

/* Of what a case wrote to standard error, where it tells why it ended: a panic, a sanitizer's
 * finding. NULL: nowhere. */
const char *outcome_why(const char *said);

/* An outcome that is still to come, with nothing in it to free. */
struct outcome outcome_of(const struct pair *pair, enum variant variant,
                          const struct settings *settings);

/* Frees what it has gathered, not the outcome itself. */
void outcome_free(struct outcome *outcome);

/* Takes one look and appends it. Where a phase ends the memory is looked at page by page, if that is wanted.
 * Returns it, or NULL where the process is gone or memory short. */
const struct sample *outcome_look(struct outcome *outcome, const struct memory_watch *watch,
                                  bool phase_ends, bool walks);

#define OUTCOME_RECOVERED  "recovered"
#define OUTCOME_HIBERNATED "hibernated"

/* Whose figures they are: a twin's language; "recovered" where what is proven is made to end (settings.recover);
 * "hibernated" where who is parked for long hibernates (settings.hibernate); else NULL, ours. */
const char *outcome_series(const struct outcome *outcome);

/* What the catalog says of it. Where what is proven is made to end, and any was, that no task stays, nor what it had. */
struct expectation outcome_expected(const struct outcome *outcome);

/* "leak" or "fix", or "control"; and before it outcome_series(): "go leak", "recovered leak". */
enum { OUTCOME_VARIANT = 32 };
/* How many columns the ids of these take, side by side. */
int outcome_id_width(const struct outcome *cases, size_t length);

const char *outcome_variant(const struct outcome *outcome, char text[OUTCOME_VARIANT]);

/* What a memory limit means: the resident set and the page tables of the case, all of it from its start, but for
 * the pages that it shares with the meter. -1 where it is not known. */
int64_t outcome_limited(const struct memory *memory);

/* Takes the latencies that have come since the last time. */
void outcome_take_latencies(struct outcome *outcome);

/* The sample's tasks that are there now, or were when the case ended, over those of before load. */
int64_t outcome_tasks_left(const struct outcome *outcome);

/* Requests of load that a task was made for. */
uint64_t outcome_started(const struct outcome *outcome);

/* Whether requests came on a schedule of their own. Where each is sent as soon as the one before lets it (a closed loop)
 * none is ever late, and what a client would have waited is not to be known. */
bool settings_are_open_loop(const struct settings *settings);

/* The time that the share q (0 to 1) of all requests stayed under, in nanoseconds; those that never returned, and
 * those that no task could be made for, are slower than any. INFINITY: never; NAN: no request. Lateness is of those
 * that returned. */
double outcome_quantile(const struct outcome *outcome, enum latency_part part, double q);

/* The look at the end of a phase, or NULL where the case did not get so far. */
const struct sample *outcome_phase_end(const struct outcome *outcome, enum phase phase);

/* Growth of the resident set from before load to when the last request has returned (for a case
 * that died: to its last look) in bytes. False where it was not seen. */
bool outcome_rss_growth(const struct outcome *outcome, int64_t *growth);
