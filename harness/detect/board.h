/* Every detector on every case: several cases at a time, one detector after the other. */
#pragma once

#include "detect/detector.h"

struct board_observer {
    /* A detector begins, or is skipped (said->skipped). */
    void (*detector)(const struct detector_said *said, void *arg);
    /* It has looked at one; done of so many. One call at a time, from any thread. */
    void (*detection)(const struct detector *detector, const struct detection *detection,
                      size_t done, size_t of, void *arg);
    void *arg;
};

struct board_plan {
    const struct detector *const *detectors; /* ends with NULL */
    const struct pair *const *pairs;         /* pairs, and controls */
    size_t pair_count;
    unsigned at_once;
    const struct detections *before; /* what is known already is not looked at again; or NULL */
    struct board_observer observer;
};

/* False: *why: no memory, or no threads. */
bool board_run(const struct board_plan *plan, char *why, size_t size);
