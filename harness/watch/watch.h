/* The meter and the verdict for someone else's program: its resident set from /proc, the count of its tasks from an
 * endpoint that tells dumps or Prometheus's text, and how fast they grow.
 *
 * All estimates are over the looks of one life: see watch_life(). */
#pragma once

#include "dumps/course.h"
#include "dumps/fetch.h"
#include "probe/interval.h"
#include "probe/memory.h"

struct watch_look {
    double seconds; /* since the first */
    double tasks;   /* NAN: not known */
    double rss;     /* bytes; NAN: not known */
};

struct watch {
    const char *url; /* NULL: no count */
    struct fetch_how how;
    struct own own;
    struct memory_watch memory;
    pid_t pid;
    bool has_process, process_gone;
    struct watch_look *looks;
    size_t length, room;
    struct course course; /* by place, where the endpoint tells dumps */
    size_t *lives;        /* the first look of each life of the program but the first */
    size_t restarts, life_room;
    size_t failed; /* looks that came to nothing, after one that did not */
    char failure[512];
    size_t execs;      /* the process has become another program */
    char program[256]; /* which it is */
    bool is_another;   /* since the last look */
    double started;    /* as the endpoint says it; NAN */
    double began;
};

/* pid 0: no process. False where there is none of that number. */
bool watch_start(struct watch *watch, pid_t pid, const char *url, const struct fetch_how *how);

/* Looks once, no longer than `seconds`. FETCH_OK also where only the process has gone, which process_gone tells.
 * Otherwise as of fetch(), and error says what is wrong; counting it is the caller's. */
enum fetch_result watch_look_once(struct watch *watch, double seconds, char *error, size_t size);

/* A look that failed though others had not. */
void watch_failed(struct watch *watch, const char *error);

/* Adds a look from elsewhere. False: no memory. */
bool watch_add(struct watch *watch, struct watch_look look);

/* One life of the program alone, from 0 to restarts: for all that follow. It borrows, and is not to be ended. */
struct watch watch_life(const struct watch *watch, size_t life);

/* The life with the most looks. */
size_t watch_longest_life(const struct watch *watch);

/* Whether tasks are counted. */
bool watch_counts(const struct watch *watch);

/* Per second, with intervals; NAN of what is not known. */
struct estimate watch_task_growth(const struct watch *watch);
struct estimate watch_rss_growth(const struct watch *watch);

enum watch_verdict {
    WATCH_TOO_EARLY,
    WATCH_NO_GROWTH,
    WATCH_GROWS,
    WATCH_UNSURE, /* it grew, by no more than chance might explain */
};

/* Of tasks, where they are counted, else of the resident set. */
enum watch_verdict watch_judge(const struct watch *watch);

/* Seconds until the limit in bytes is met at that growth: value, and between low and high.
 * INFINITY: never; NAN: not known. */
struct estimate watch_time_to(const struct watch *watch, double limit);

void watch_end(struct watch *watch);
