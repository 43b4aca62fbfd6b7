/* A case of plain C, from warm-up to the last count: on a libuv loop, or of threads without one. The phases are those of
 * load/phases.h. A latency is until the entry has returned to the loop: what it has begun may go on. */
#pragma once

#include "catalog.h"
#include "load/schedule.h"
#include <uv.h>

/* What is its owner's to do. */
struct plain_owner {
    void (*end_phase)(void);                      /* stands still for a look */
    void (*keep_latency)(struct latency latency); /* of a request of load */
    /* Instead of load by schedule: until it has enough, it sends requests and lets time pass by what follows. Or NULL. */
    void (*load)(void);
};

/* In load: a request that should have begun at `intended`; and until loop_clock_now() is that. */
void plain_case_send(int64_t intended);
void plain_case_pass_until(int64_t when);

/* The handle on the loop that is not the case's, or NULL. */
const uv_handle_t *plain_case_ours(void);

/* schedules: of the warm-up and of load. */
void plain_case_run(struct gauges *gauges, const struct pair *pair, enum variant variant,
                    struct schedule schedules[2], const struct plain_owner *owner);

struct plain_served {
    int failed;              /* libuv's error, or 0 */
    const uv_handle_t *ours; /* plain_case_ours() */
};

/* Without a meter, under the virtual clock: as many requests, at this many a second, and then as much time as anything
 * waits for. The loop, or NULL, is left as it is then; what there is of it is the census's to tell. */
struct plain_served plain_case_serve(const struct pair *pair, enum variant variant,
                                     uint64_t requests, double rate, bool settles);
