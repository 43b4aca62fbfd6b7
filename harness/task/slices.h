/* Work on very many stacks, done in slices: one in a turn of the loop, so that no turn waits long. Of the runtime alone. */
#pragma once

#include "task/loop.h"
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct slices {
    uv_idle_t idle; /* first: the handle is the slices. Zeros before the first start */
    bool (*more)(void);
    int64_t next; /* not before this time, where tasks are ready */
};

/* more() does a slice, and returns whether there are more. Slices that go on already go on. */
void task_slices_start(struct slices *s, bool (*more)(void));
void task_slices_stop(struct slices *s);
bool task_slices_go_on(const struct slices *s);

#ifdef __cplusplus
}
#endif
