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
};

/* schedules: of the warm-up and of load. */
void plain_case_run(struct gauges *gauges, const struct pair *pair, enum variant variant,
                    struct schedule schedules[2], const struct plain_owner *owner);

struct plain_served {
    int failed;              /* libuv's error, or 0 */
    const uv_handle_t *ours; /* the handle on the loop that is not the case's, or NULL */
};

/* Without a meter, under the virtual clock: as many requests, at this many a second, and then as much time as anything
 * waits for. The loop, or NULL, is left as it is then; what there is of it is the census's to tell. */
struct plain_served plain_case_serve(const struct pair *pair, enum variant variant,
                                     uint64_t requests, double rate, bool settles);
