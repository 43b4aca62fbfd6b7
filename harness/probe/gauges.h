/* The page between a case and its meter: what the child counts, where the parent can see it.
 *
 * A memfd, handed to the child as descriptor 3. The child maps it and writes; the parent maps it
 * too and looks whenever it likes, also after the child has died. All numbers are of fixed size,
 * native byte order, naturally aligned and at the offsets asserted below, so that a child in
 * another language can fill them in:
 *
 *       0  struct task_stats   the runtime's own counters; `live` comes first
 *    4096  struct settings     what to do; written by the parent before the child starts
 *    8192  struct progress     how far it is
 *   12288  int64_t tail[512]   the latest latencies in nanoseconds, progress.latency_tail of them
 *   16384  struct counts[]     exact counts at the three moments that are judged
 *   20480  struct parked       who was still there at the end
 *   28672  int64_t[]           all latencies before the tail, progress.latency_stored of them
 *
 * The latencies are appended by write(), not mapped: they would count as the child's memory.
 *
 * Descriptor 4 is a stream. At the end of the baseline, of the drain and of settle the child writes
 * one byte, the phase that has ended, and waits for one in return: so the parent looks at it
 * standing still. End of file there means that the parent is gone, and the child ends too.
 *
 * Where settings.joins_group says so, descriptor 5 is the list of a memory cgroup: the child joins it
 * by writing "0", before anything else.
 */
#pragma once

#include "task/stats.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { GAUGES_FD = 3, GAUGES_STREAM_FD = 4, GAUGES_GROUP_FD = 5 };
enum { GAUGES_LAYOUT = 1 }; /* counts up whenever a field moves */

#define FOR_EACH_PHASE(X)                                                                          \
    X(PHASE_START, "start")                                                                        \
    X(PHASE_WARM_UP, "warm-up")                                                                    \
    X(PHASE_BASELINE, "baseline")                                                                  \
    X(PHASE_LOAD, "load")                                                                          \
    X(PHASE_DRAIN, "drain")                                                                        \
    X(PHASE_SETTLE, "settle")                                                                      \
    X(PHASE_DONE, "done")

enum phase {
#define X(name, text) name,
    FOR_EACH_PHASE(X)
#undef X
        PHASES
};

const char *phase_text(enum phase phase);

enum arrivals { ARRIVALS_CONSTANT, ARRIVALS_POISSON };

/* Times in nanoseconds. */
struct settings {
    uint32_t layout;        /* GAUGES_LAYOUT */
    uint32_t virtual_clock; /* 1: all phases; 0: warm-up and settle only */
    uint32_t arrivals;      /* enum arrivals */
    uint32_t joins_group;   /* 1: descriptor 5 is a list to join */
    double rate;            /* requests per second; 0: as fast as it goes */
    uint64_t requests;      /* load ends after so many; 0: no such limit */
    int64_t duration;       /* load ends after this time; 0: no such limit */
    uint64_t warm_up;       /* requests before the baseline, at the same rate */
    int64_t baseline;       /* how long to stand still before load */
    int64_t patience;       /* how long a client waits: the timeout of a request's context */
    int64_t settle;         /* how long to run on after load, on the virtual clock */
    uint64_t seed;          /* of arrivals and of select's choices */
    uint64_t stack_bytes;   /* address space for each task's stack */
    /* What the parent does around it. */
    double looks_per_second; /* how often it looks; 0: only at the ends of phases */
    uint64_t memory_limit;   /* bytes, above which the case is killed; 0: none */
};

struct heap {
    int64_t allocated; /* by this thread, less what it has freed; exact. -1: not available */
    int64_t active, resident, retained; /* jemalloc's, at most a tenth of a second old */
};

struct progress {
    uint32_t phase;
    uint32_t harness_tasks;      /* of task_stats.live, those that are not the sample's */
    int64_t phase_began[PHASES]; /* CLOCK_MONOTONIC; 0: not yet */
    uint64_t sent;               /* requests, in load */
    uint64_t finished;           /* of these, those that have returned */
    uint64_t refused;            /* of these, those that no task could be made for */
    int64_t settled;             /* virtual time that settle has got through */
    struct heap heap;
    uint64_t latency_stored, latency_tail;
    char error[256];     /* the first thing that went wrong, in words */
    int64_t timers_gone; /* virtual time of settle after which no more were left than before load */
};

enum { LATENCY_TAIL = 512 };

#define COUNTED_REASONS 16

/* Harness tasks are not counted. */
struct counts {
    uint64_t tasks, waiting[COUNTED_REASONS];
    uint64_t timers, channels, contexts;
    int64_t heap; /* bytes; -1: not available */
};

enum moment {
    MOMENT_BASELINE, /* before load */
    MOMENT_HELD,     /* when every request has returned, or its patience is over */
    MOMENT_LEFT,     /* after settle; tasks of before load as they were then, ended or not */
    MOMENTS
};

enum { PARKED_GROUPS = 16, SITE_FILE = 120, SITE_FUNCTION = 80 };

/* Tasks of load that are still there after settle, parked at one line for one reason. */
struct parked_group {
    uint64_t count;
    uint32_t reason;     /* enum wait_reason */
    uint32_t kept_awake; /* 1: something, its own ticker, keeps waking them to no end */
    uint32_t line, made_line;
    char file[SITE_FILE], function[SITE_FUNCTION];           /* where they are parked */
    char made_file[SITE_FILE], made_function[SITE_FUNCTION]; /* where they were made */
};

struct parked {
    uint64_t length;  /* groups, most tasks first */
    uint64_t omitted; /* tasks in groups that found no room */
    struct parked_group groups[PARKED_GROUPS];
};

#define GAUGES_PAGE __attribute__((aligned(4096)))

struct gauges {
    struct task_stats runtime;
    GAUGES_PAGE struct settings settings;
    GAUGES_PAGE struct progress progress;
    GAUGES_PAGE int64_t tail[LATENCY_TAIL];
    GAUGES_PAGE struct counts counts[MOMENTS];
    GAUGES_PAGE struct parked parked;
};

_Static_assert(WAIT_REASONS <= COUNTED_REASONS, "room for every wait reason");
_Static_assert(offsetof(struct gauges, settings) == 4096, "layout");
_Static_assert(offsetof(struct gauges, progress) == 8192, "layout");
_Static_assert(offsetof(struct gauges, tail) == 12288, "layout");
_Static_assert(offsetof(struct gauges, counts) == 16384, "layout");
_Static_assert(offsetof(struct gauges, parked) == 20480, "layout");
_Static_assert(sizeof(struct gauges) == 28672, "layout");

/* A fresh block with these settings: maps it, and *fd is its file, close-on-exec. The caller owns
 * both: gauges_free() and close(). NULL and errno where there is no memory for it. */
struct gauges *gauges_make(const struct settings *settings, int *fd);

/* Maps the block of a file from gauges_make(), in the child. NULL and errno: not such a file. */
struct gauges *gauges_open(int fd);

void gauges_free(struct gauges *g);

/* Child: appends one latency. False and errno where the file can not take it. */
bool gauges_add_latency(struct gauges *g, int fd, int64_t nanoseconds);

/* Parent: all latencies so far, in the order in which they came. The caller frees the array.
 * False and errno where they can not be read; *length is 0 then. */
bool gauges_latencies(const struct gauges *g, int fd, int64_t **latencies, size_t *length);
