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
 *   12288  int64_t tail[512]   of a half on the live page: the latest latencies, as a ring
 *   16384  struct leg[]        what load, and its rehearsal, have left behind: exact counts
 *   24576  struct parked       tasks of load that were still there at the end
 *   32768  struct parked       and those that were there when load was over, and went later
 *   40960  struct objects      timers, contexts, channels, handles .. of load, in the same two ways
 *   49152  struct latencies    what requests took, on its way to the parent (probe/latencies.h)
 *  577536  struct parked       tasks of load that were made to end (settings.recover)
 *
 * Descriptor 4 is a stream. At the end of the baseline, of the drain and of settle the child writes
 * one byte, the phase that has ended, and waits for one in return: so the parent looks at it
 * standing still. So it does once in load on the real clock, after the first quarter of it, where no memory limit is set.
 * A byte GAUGES_TAKE has no answer: there are latencies to take. End of file there
 * means that the parent is gone, and the child ends too.
 *
 * Where settings.joins_group says so, descriptor 5 is the list of a memory cgroup: the child joins it
 * by writing "0", before anything else.
 */
#pragma once

#include "catalog.h"
#include "probe/latencies.h"
#include "task/stats.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { GAUGES_FD = 3, GAUGES_STREAM_FD = 4, GAUGES_GROUP_FD = 5 };
enum { GAUGES_LAYOUT = 6 }; /* counts up whenever a field moves */
enum { GAUGES_TAKE = 'l' };

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
    uint64_t
        warm_up; /* requests before the baseline, at the same rate; the last half, or less, is the rehearsal */
    int64_t baseline; /* how long to stand still before load */
    int64_t patience; /* how long a client waits: the timeout of a request's context */
    int64_t settle;   /* how long to run on after load at most, on the virtual clock; 0: no bound */
    uint64_t seed;    /* of arrivals and of select's choices */
    uint64_t stack_bytes; /* address space for each task's stack */
    /* What the parent does around it. */
    double looks_per_second; /* how often it looks; 0: only at the ends of phases */
    uint64_t memory_limit;   /* bytes, above which the case is killed; 0: none */
    int64_t recover; /* what is proven to be leaked is made to end after each such time; 0: never */
    int64_t hibernate; /* who is parked for that long hibernates; 0: nobody does */
    /* When the first request of load is due, of constant arrivals: as of those after it, so of this one the place on the
     * clock's grid is chance. */
    int64_t first_arrival;
};

struct heap {
    int64_t allocated; /* by this thread, less what it has freed; exact. -1: not available */
    int64_t active, resident, retained; /* jemalloc's, at most a tenth of a second old */
};

/* What a proof says of the tasks that load has left, once nothing is due any more. */
struct proven {
    uint64_t
        tasks; /* that it was asked about: the sum of the others. 0: there were none, or nobody has asked */
    uint64_t leaked, by_time, unsure, live;
    uint64_t
        early; /* that it had proven before settle: more than `leaked` only where it was wrong */
    char refused[128]; /* "": it has answered. Else why nothing could be proven */
};

/* The same of plain C: handles that nobody can close, and threads that nobody can wake. */
struct proven_plain {
    uint64_t handles,
        threads; /* that it was asked about. Both 0: there were none, or nothing is known */
    uint64_t handles_proven, threads_proven;
    uint64_t early; /* of both, before settle: more than now only where it was wrong */
};

/* What only tasks that are leaked (or that time alone wakes) can reach, of what load has left. */
struct kept {
    uint64_t requests; /* that have left it; 0: it is not known */
    int64_t tasks, channels, contexts, timers;
    int64_t blocks;       /* of the heap, besides these */
    int64_t heap, stacks; /* bytes: as the allocator has them; resident ones of their stacks */
};

/* What was made to end since load began, where settings.recover says so. */
struct recovered {
    uint64_t ended;    /* tasks that were proven to be leaked */
    uint64_t spinning; /* that only their own ticker wakes, as it did for ever in the warm-up */
    uint64_t looks;
    int64_t
        longest; /* nanoseconds, of a look with all that it has begun to end; nothing else ran */
};

#define COUNTED_REASONS 16

/* Harness tasks are not counted, nor channels that belong to a timer or a context. */
struct counts {
    uint64_t tasks, waiting[COUNTED_REASONS];
    uint64_t timers, channels, contexts;
    int64_t heap; /* bytes; -1: not available */
    /* Of a case of plain C; 0 in all others. */
    uint64_t handles, of_type[HANDLE_TYPES]; /* that are not closed, and those by uv_handle_type */
    uint64_t requests, queued;               /* in flight; bytes in write queues */
    uint64_t descriptors, threads;
};

struct progress {
    uint32_t phase;
    uint32_t harness_tasks;      /* of task_stats.live, those that are not the sample's */
    int64_t phase_began[PHASES]; /* CLOCK_MONOTONIC; 0: not yet */
    uint64_t sent;               /* requests, in load */
    uint64_t finished;           /* of these, those that have returned */
    uint64_t refused;            /* of these, those that no task could be made for */
    struct heap heap;
    char error[256]; /* the first thing that went wrong, in words */
    struct proven proven;
    struct recovered recovered;
    struct counts plain; /* of a case of plain C, as they are now */
    int64_t paused; /* of load: how long no request was sent, for the look after its first ones */
    struct kept kept;
    struct proven_plain proven_plain;
};

enum { LATENCY_TAIL = 512 };

/* What is made during a leg is told from older things by what each is (by id or epoch), not by
 * subtraction: the counts of HELD and LEFT are those of BASELINE and what the leg has made. */
enum moment {
    MOMENT_BASELINE, /* before load */
    MOMENT_HELD,     /* when every request has returned, or its patience is over */
    MOMENT_LEFT,     /* after settle */
    MOMENTS
};

#define FOR_EACH_KIND(X)                                                                           \
    X(KIND_TASKS, "task")                                                                          \
    X(KIND_TIMERS, "timer")                                                                        \
    X(KIND_CONTEXTS, "context")                                                                    \
    X(KIND_CHANNELS, "channel")                                                                    \
    X(KIND_HANDLES, "handle")                                                                      \
    X(KIND_REQUESTS, "uv_req")                                                                     \
    X(KIND_QUEUED, "queued byte")                                                                  \
    X(KIND_DESCRIPTORS, "descriptor")                                                              \
    X(KIND_THREADS, "thread")                                                                      \
    X(KIND_HEAP, "heap byte")

enum kind {
#define X(name, text) name,
    FOR_EACH_KIND(X)
#undef X
        KINDS
};

const char *kind_name(enum kind kind);

/* How many of a kind. */
int64_t counts_of_kind(const struct counts *counts, enum kind kind);

enum { LEG_PARTS = 16 };

/* One load, from its baseline to settle. */
struct leg {
    struct counts counts[MOMENTS];
    uint64_t requests;      /* that a task was made for */
    uint64_t late_requests; /* of these, in the last part of load */
    uint64_t refused;       /* go() that found no memory, requests' and the sample's own */
    /* Of old and new, the least and the most that there was in each part of load; INT64_MAX: not told apart. */
    int64_t least[LEG_PARTS][KINDS], most[LEG_PARTS][KINDS];
    int64_t all[KINDS];    /* of old and new, after settle */
    double seconds[KINDS]; /* for how long it was held what went later, all together */
    int64_t
        gone[KINDS]; /* virtual time of settle until the last of that had gone; 0: none was held */
    int64_t stack;   /* resident bytes of a held task's stack, on average; -1: there was none */
};

/* The rehearsal is a part of the warm-up, on the virtual clock: what it leaves behind, too, does not
 * grow with the number of requests. */
enum { LEG_LOAD, LEG_REHEARSAL, LEGS };

enum { PARKED_GROUPS = 16, SITE_FILE = 120, SITE_FUNCTION = 80 };

/* What keeps waking a task, to no end. */
enum awake {
    AWAKE_NOT,
    AWAKE_BY_TICKER,
    AWAKE_BY_OWN_TICKER, /* that nobody else waits for */
    AWAKE_BY_SLEEP,
    AWAKE_BY_TIMER,    /* armed again each turn */
    AWAKE_BY_DEADLINE, /* of a context, set again each turn */
    AWAKE_BY_OTHERS,   /* by another task that is kept awake */
    AWAKE_ALWAYS,      /* it never parks */
};

/* "kept awake only by its own ticker"; "" for AWAKE_NOT. */
const char *awake_text(enum awake awake);

/* Tasks parked at one line for one reason. */
struct parked_group {
    uint64_t count;
    uint32_t reason;     /* enum wait_reason */
    uint32_t kept_awake; /* enum awake */
    uint32_t line, made_line;
    char file[SITE_FILE], function[SITE_FUNCTION];           /* where they are parked */
    char made_file[SITE_FILE], made_function[SITE_FUNCTION]; /* where they were made */
};

struct parked {
    uint64_t length;  /* groups, most tasks first */
    uint64_t omitted; /* tasks in groups that found no room */
    struct parked_group groups[PARKED_GROUPS];
};

enum { OBJECT_GROUPS = 15 };

/* Objects made at one line. */
struct object_group {
    uint64_t count;
    uint32_t kind; /* enum kind */
    uint32_t line;
    char what[48]; /* "timer, stopped"; "" where the kind says it all */
    char file[SITE_FILE], function[SITE_FUNCTION];
};

struct objects {
    uint64_t length; /* groups, most objects first */
    struct object_group groups[OBJECT_GROUPS];
};

/* In their order; those that find no room are the smallest. */
void objects_add(struct objects *objects, const struct object_group *group);

#define GAUGES_PAGE __attribute__((aligned(4096)))

/* Of what load has left behind, and of what it has only held. */
enum { STAYING, PASSING, STAYS };

struct gauges {
    struct task_stats runtime;
    GAUGES_PAGE struct settings settings;
    GAUGES_PAGE struct progress progress;
    GAUGES_PAGE int64_t tail[LATENCY_TAIL];
    GAUGES_PAGE struct leg legs[LEGS];
    GAUGES_PAGE struct parked parked;
    GAUGES_PAGE struct parked passing;
    GAUGES_PAGE struct objects objects[STAYS];
    GAUGES_PAGE struct latencies latencies;
    GAUGES_PAGE struct parked ended; /* tasks of load that were made to end */
};

_Static_assert(WAIT_REASONS <= COUNTED_REASONS, "room for every wait reason");
_Static_assert(offsetof(struct settings, first_arrival) == 120, "layout");
_Static_assert(offsetof(struct progress, paused) == 952, "layout");
_Static_assert(offsetof(struct gauges, settings) == 4096, "layout");
_Static_assert(offsetof(struct gauges, progress) == 8192, "layout");
_Static_assert(offsetof(struct gauges, tail) == 12288, "layout");
_Static_assert(offsetof(struct gauges, legs) == 16384, "layout");
_Static_assert(offsetof(struct gauges, parked) == 24576, "layout");
_Static_assert(offsetof(struct gauges, passing) == 32768, "layout");
_Static_assert(offsetof(struct gauges, objects) == 40960, "layout");
_Static_assert(offsetof(struct gauges, latencies) == 49152, "layout");
_Static_assert(offsetof(struct gauges, ended) == 577536, "layout");
_Static_assert(sizeof(struct gauges) == 585728, "layout");

/* A fresh block with these settings: maps it, and *fd is its file, close-on-exec. The caller owns
 * both: gauges_free() and close(). Every page of it has been written to, so that all are charged to the
 * caller's memory cgroup, whoever writes there later. NULL and errno where there is no memory for it. */
struct gauges *gauges_make(const struct settings *settings, int *fd);

/* Maps the block of a file from gauges_make(), in the child, all of it at once: it does not grow under
 * load. NULL and errno: not such a file. */
struct gauges *gauges_open(int fd);

void gauges_free(struct gauges *g);

/* The parent, before it reads texts and lists: a child that went wrong, or is written in another
 * language, may have left anything there. */
void gauges_make_safe(struct gauges *g);
