/* The phases that every case goes through: those of `leaklab run` and `check` (load/child.h) and the halves
 * on the live page.
 *
 * - The main task goes through the phases; each request is a task of its own. What is alive
 *   besides is the sample's.
 * - Warm-up and settle run on the virtual clock, so that they take as long as their work. The second
 *   half of the warm-up is a rehearsal of load, counted like it: what both leave behind alike, though load
 *   is longer, is a constant. The baseline is counted after that has settled: caches and tables are filled
 *   then, and what a leak has left behind so far is no longer news.
 * - Nothing of the harness's is allocated between two counts.
 */
#pragma once

#include "probe/gauges.h"

struct ctx;

/* The case of this process; there is one, because a request's task has no room to say of which it
 * is. The first three are its owner's to set. */
extern struct phases {
    struct gauges *gauges;
    void (*entry)(struct ctx *request);
    void (*keep_latency)(struct latency latency); /* of a request that was sent in load */
    bool counting;                                /* in load: requests count */
} phases;

/* From now on it is in this one. */
void phases_enter(enum phase phase);

/* How many requests of the warm-up are counted as load is. */
uint64_t phases_rehearsal(const struct settings *settings);

/* Keeps the first thing that goes wrong. */
void phases_go_wrong(const char *words);

/* Starts a request, which should have started at `intended`. */
void phases_send_request(int64_t intended);

/* In this order. Each but the last takes a count at its end, or none; then whoever wants to may
 * stand still for a look. offer() sends so many requests. */
void phases_warm_up(void (*offer)(uint64_t requests, void *arg), void *arg);
void phases_baseline(void);
void phases_begin_load(void);
void phases_let_return(void); /* in load, and it goes on: waits as phases_drain() does */
void phases_drain(void);
void phases_settle(void); /* leaves the clock virtual */
void phases_end(void);    /* tells who is left, which takes memory */
