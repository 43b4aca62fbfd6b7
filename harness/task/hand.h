/* Who did something to an object last, and where. It is kept for telling: nothing is decided by it. */
#pragma once

#include <stdint.h>

/* In place of a task's id: a callback of the loop, or the program outside of task_run(). */
#define HAND_LOOP UINT64_MAX

struct hand {
    uint64_t task;  /* its id, or HAND_LOOP; 0: nobody so far */
    const void *at; /* the return address of its call */
};
