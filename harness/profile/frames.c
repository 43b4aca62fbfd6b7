/* A frame, on x86-64 and arm64 alike: the caller's frame pointer, then the return address. */
#include "profile/frames.h"
#include "profile/symbol.h"

struct frame_record {
    const struct frame_record *caller;
    const void *return_address;
};

static bool is_within(const struct task_info *task, const struct frame_record *f)
{
    uintptr_t at = (uintptr_t)f, high = (uintptr_t)task->stack_high;
    return at >= (uintptr_t)task->stack_low && at < high && high - at >= sizeof *f &&
           at % sizeof(void *) == 0;
}

/* The sanitizers know the stacks' redzones; a frame's record never lies in one, but a broken chain
 * may lead into one. */
#define READS_STACKS __attribute__((no_sanitize("address")))

READS_STACKS size_t frames_walk(const struct task_info *task, const void **frames, size_t room,
                                enum frames_end *end)
{
    const struct frame_record *f = task->frame;
    size_t n = 0;
    *end = FRAMES_WHOLE;
    if (task->state == TASK_RUNNING)
        f = task->id == task_id() ? __builtin_frame_address(0) : 0;
    if (!f)
        return 0;
    for (;; f = f->caller) {
        if (!is_within(task, f)) {
            *end = FRAMES_BROKEN;
            return n;
        }
        if (!f->caller)
            return n;
        if (n == room) {
            *end = FRAMES_CUT;
            return n;
        }
        frames[n++] = f->return_address;
        if (f->caller <= f) {
            *end = FRAMES_BROKEN;
            return n;
        }
    }
}

/* Where to start: the call that parked, or of the running task the call into the profiler. */
READS_STACKS static const struct frame_record *innermost(const struct task_info *task)
{
    if (task->state != TASK_RUNNING)
        return task->frame;
    if (task->id != task_id())
        return 0;
    const struct frame_record *f = __builtin_frame_address(0);
    while (is_within(task, f) && f->caller > f &&
           symbol_is_hidden(symbol_of_return(f->return_address)))
        f = f->caller;
    return f;
}

READS_STACKS struct frames_span frames_span_of(const struct task_info *task)
{
    const struct frame_record *f = innermost(task), *outer = 0;
    struct frames_span span = {(const uintptr_t *)f, (const uintptr_t *)f};
#ifdef __x86_64__
    /* The registers that a callee keeps for its caller lie right below the frame pointer. */
    enum { SAVED_REGISTERS = 5 };
    if (f && (const char *)(span.low - SAVED_REGISTERS) >= task->stack_low)
        span.low -= SAVED_REGISTERS;
#endif
    /* Up to the last frame but one: the last is the runtime's start(). */
    while (is_within(task, f) && f->caller) {
        outer = f;
        if (f->caller <= f)
            break;
        f = f->caller;
    }
    if (!outer)
        return (struct frames_span){0, 0};
    span.high = (const uintptr_t *)(outer + 1);
    return span;
}
