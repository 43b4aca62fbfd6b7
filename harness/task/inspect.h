/* Looking at tasks and what they wait for, from outside: for profiles, never for control flow. */
#pragma once

#include "task/task.h"
#include "task/wait_reason.h"

#ifdef __cplusplus
extern "C" {
#endif

struct chan;
struct chan_case;

enum task_state { TASK_RUNNING, TASK_READY, TASK_PARKED };

struct task_info {
    uint64_t id, parent; /* parent: the task that said go(), 0 for task_run() */
    enum task_state state;
    enum wait_reason reason;
    int64_t since;      /* clock_now() at the last loop turn before it parked */
    uint64_t parks;     /* how often it has parked so far */
    const void *object; /* what it waits on: channel, group, lock; for a select its cases */
    size_t cases;       /* for a select: how many, object is a struct chan_case[] */
    int64_t due;        /* for a sleep: clock_now() at its end */
    const struct task_site *site; /* where it was made */
    void (*entry)(void *);        /* what it was made to run */
    const void *frame;            /* frame pointer of the runtime call that parked it */
    const char *stack_low;        /* lowest usable byte, above the guard page */
    const char *stack_high;       /* end of the frames; the task's record lies above */
    const struct task_labels *labels;
};

struct task_labels { /* newest first, refcounted by the runtime; the first of a key counts */
    const struct task_labels *next;
    const char *key, *value;
};

/* Calls visit for every task, stack by stack, until it returns false: oldest first, but that a task may
 * have the stack of one that has ended. visit must not park, nor make or end tasks. The info is valid
 * during the call, except for what static data it points to. */
void task_each(bool (*visit)(const struct task_info *task, void *arg), void *arg);

enum chan_owner { CHAN_OF_PROGRAM, CHAN_OF_TIMER, CHAN_OF_CONTEXT };

struct chan_info {
    enum chan_owner owner; /* for whom it was made: the program itself, or one of the runtime's */
    size_t length, capacity, element_size;
    bool closed;
    size_t references;
    size_t receivers, senders;       /* parked in its queues, cases of selects included */
    const void *made_at, *closed_at; /* return addresses into the callers; NULL where unknown */
    const void *sent_at,
        *received_at; /* of the last that began to send and to receive, parked or not */
};

struct chan_info chan_inspect(const struct chan *c);

struct io;

struct io_info {
    size_t references;
    size_t readers, writers; /* tasks parked in it */
};

/* Linear in the number that wait. */
struct io_info io_inspect(const struct io *io);

struct timer_info {
    int64_t due;             /* clock_now() at which it fires next */
    int64_t period;          /* of a ticker; 0: it fires once */
    const void *made_at;     /* return address into whoever made it */
    const struct chan *chan; /* NULL where it calls a function */
};

/* Calls visit for every armed timer and ticker, in no order, until it returns false. Sleeps and the
 * deadlines of contexts are not among them. visit must leave the clock alone. */
void timer_each(bool (*visit)(const struct timer_info *timer, void *arg), void *arg);

/* What the program has made and not given back yet, by the line that made it. Channels that belong to
 * a timer or a context are not counted beside their owner. */
enum made_kind { MADE_TIMER = 1, MADE_CHANNEL, MADE_CONTEXT, MADE_KINDS = MADE_CONTEXT };

struct made_info {
    enum made_kind kind;
    const void *at; /* return address into whoever made them; NULL: not known */
    uint64_t alive; /* timers armed or not */
    uint64_t fresh; /* of these, made since made_begin_fresh(); see there */
};

/* From now on what is made is fresh, and nothing else: an old one that goes makes up for nothing. But that a
 * task of before, or the loop, makes one where an old one has gone is no more than there was. */
void made_begin_fresh(void);

/* Calls visit for every line with something alive, in no order, until it returns false. */
void made_each(bool (*visit)(const struct made_info *made, void *arg), void *arg);

/* The sum over all lines. */
struct made_info made_of(enum made_kind kind);

/* How the runtime names a code address in panics, dumps and overflows: writes one line without a
 * newline. Default: object file and offset. A symbolizer may be put in its place. */
extern void (*task_symbolize)(const void *pc, char *line, size_t size);

/* What prints everyone on panic and deadlock, to a descriptor. Default: one line a task. */
extern void (*task_dump_all)(int fd);

#ifdef __cplusplus
}
#endif
