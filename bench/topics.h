/* The suite: one line a file, in the order of the report. bench/NAME.c has register_NAME(). */
#pragma once

#include "bench/shim.h"

#define FOR_EACH_TOPIC(X)                                                                          \
    X(spawn)                                                                                       \
    X(yield)                                                                                       \
    X(channel)                                                                                     \
    X(item)                                                                                        \
    X(select)                                                                                      \
    X(close)                                                                                       \
    X(cancel)                                                                                      \
    X(timer)                                                                                       \
    X(wait_group)                                                                                  \
    X(mutex)                                                                                       \
    X(semaphore)                                                                                   \
    X(recover)                                                                                     \
    X(io)                                                                                          \
    X(dump)                                                                                        \
    X(park)                                                                                        \
    X(hibernate)                                                                                   \
    X(pairs)                                                                                       \
    X(crowd)                                                                                       \
    X(bystander)

#define X(name) void register_##name(void);
FOR_EACH_TOPIC(X)
#undef X

/* A benchmark whose function runs as a task, timed by the wall's clock, as Go's testing does. It has ended every
 * task that it made when it returns, up to what one more yield ends; else the run counts as failed. */
struct bench *bench_task(const char *name, void (*fn)(struct bench_state *s));

/* The same, timed by the processor's clock: what waits does not count. */
struct bench *bench_task_cpu(const char *name, void (*fn)(struct bench_state *s));

/* The same inside of a run; fn is such a function. */
void bench_in_task(struct bench_state *s, void *fn);

/* Fails the run where a count is not what the work must have made it. */
void bench_expect(struct bench_state *s, const char *what, int64_t counted, int64_t expected);

/* Operations that are also looked at beside a crowd; each is explained in its file. */
void spawn(struct bench_state *s);
void yield(struct bench_state *s);
void ping_pong(struct bench_state *s);
void select_two_blocked(struct bench_state *s);
void timer_new_stop(struct bench_state *s);
