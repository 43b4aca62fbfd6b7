/* The frames of a task's stack, by the chain of frame pointers: read only when asked. */
#pragma once

#include "task/inspect.h"

#ifdef __cplusplus
extern "C" {
#endif

enum frames_end {
    FRAMES_WHOLE,  /* the chain reached the task's start */
    FRAMES_CUT,    /* it goes on, there was no more room */
    FRAMES_BROKEN, /* it left the stack, or turned back: what lies below it is unknown */
};

/* The return addresses, leaf first: how many, and how the chain ended. Reads nothing outside of
 * the task's stack. Of the calling task it gives the caller's own frames. */
size_t frames_walk(const struct task_info *task, const void **frames, size_t room,
                   enum frames_end *end);

/* The part of a parked stack in which its functions keep what they hold: from the registers that
 * the parking call saved to the frame of the task's first function. Empty where nothing is known.
 */
struct frames_span {
    const uintptr_t *low, *high;
};
struct frames_span frames_span_of(const struct task_info *task);

#ifdef __cplusplus
}
#endif
