/* One case's process: started, looked at from outside, heard, and ended. Private to load/. */
#pragma once

#include "load/memory_group.h"
#include "load/process.h"
#include "probe/outcome.h"
#include <uv.h>

enum { RUNNING_SAID = 4096 };

struct running;

/* Told as it happens. All of them are called from the loop. */
struct running_observer {
    void (*looked)(struct running *running, const struct sample *sample);
    void (*heard)(struct running *running, const char *said, size_t length);
    void (*over)(
        struct running *running); /* its outcome is whole, and its place free for another */
};

struct running {
    uv_loop_t *loop; /* these five are the owner's */
    const struct running_observer *observer;
    void *owner;
    int interrupted_by; /* a signal, after which a case that is killed has been interrupted; or 0 */
    bool copies;        /* the case is a copy of this process, of which no page is looked at */
    struct outcome *outcome; /* NULL while idle */
    struct process process;
    uv_timer_t sampler, guard, limit;
    uv_pipe_t said, stream; /* its standard error; the stream of probe/gauges.h */
    int open;               /* handles that are not closed yet */
    struct memory_watch watch;
    struct memory_group group;
    struct noise_mark began; /* where the machine's counters stood */
    double waited;           /* for a processor, seconds up to the end of a phase; NAN: not known */
    size_t said_length;
    char heard[RUNNING_SAID];
};

/* Begins the case that outcome is of, and fills it in; over() is called in any case, where it could not
 * begin too: its ending says why. After time_limit nanoseconds (0: never) it is killed. */
void running_begin(struct running *running, struct outcome *outcome, int64_t time_limit);

/* Looks once more, and kills it. Nothing where there is none. */
void running_kill(struct running *running);
