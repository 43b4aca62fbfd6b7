/* The meter and the verdict for someone else's program: its resident set from /proc, the count of
 * its tasks from a pprof endpoint, and how fast they grow. */
#pragma once

#include "probe/interval.h"
#include "probe/memory.h"
#include "watch/fetch.h"
#include "watch/stacks.h"

struct watch_look {
    double seconds; /* since the first */
    double tasks;   /* NAN: not known */
    double rss;     /* bytes; NAN: not known */
};

struct watch {
    const char *url; /* NULL: no count */
    struct memory_watch memory;
    bool has_process, process_gone;
    struct watch_look *looks;
    size_t length, room;
    struct stacks first, last; /* as they were at the first look and the last */
    bool has_stacks;
    double began;
};

/* pid 0: no process. False where there is none of that number. */
bool watch_start(struct watch *watch, pid_t pid, const char *url);

/* Looks once. FETCH_OK also where only the process has gone, which process_gone tells. Otherwise as
 * of fetch(), and error says what is wrong. */
enum fetch_result watch_look_once(struct watch *watch, const volatile bool *stop, char *error,
                                  size_t size);

/* Per second, with intervals. */
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
