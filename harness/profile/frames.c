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
    return f && at >= (uintptr_t)task->stack_low && at < high && high - at >= sizeof *f &&
           at % sizeof(void *) == 0;
}

/* The sanitizers know the stacks' redzones; a frame's record never lies in one, but a broken chain
 * may lead into one. */
#define READS_STACKS __attribute__((no_sanitize("address")))

/* The first frame of a stack: the switch starts it without a caller, Boost.Context with the address
 * of its own end in place of both. */
READS_STACKS static bool is_outermost(const struct frame_record *f)
{
    return !f->caller || f->caller == f->return_address;
}

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
        if (is_outermost(f))
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

/* Asked for one address of nearly every task, and nearly always for the same. */
static bool is_of_runtime(const void *return_address)
{
    static const void *last;
    static bool verdict;
    if (return_address != last) {
        last = return_address;
        verdict = symbol_is_hidden(symbol_of_caller(return_address));
    }
    return verdict;
}

/* The frame of the task's first function: below the one, or with Boost.Context two, by which the
 * runtime calls it. */
READS_STACKS static const struct frame_record *first_function(const struct task_info *task,
                                                              const struct frame_record *f)
{
    const struct frame_record *outer = 0, *before = 0;
    for (; is_within(task, f) && !is_outermost(f); f = f->caller) {
        before = outer;
        outer = f;
        if (f->caller <= f)
            return outer;
    }
    return before && is_of_runtime(before->return_address) ? before : outer;
}

/* Words below a frame pointer in which a function keeps its callers' registers. On x86-64 they are
 * the first of its frame, on arm64 they lie above the frame pointer. Boost.Context keeps some in a
 * frame of its own, further down. */
static size_t saved_words(enum task_state state)
{
    enum { OF_FRAME = 5, OF_SWITCH = 48 };
#if defined(SWITCH_BOOST)
    return state == TASK_RUNNING ? OF_FRAME : OF_SWITCH;
#elif defined(__x86_64__)
    return (void)state, OF_FRAME;
#else
    return (void)state, 0;
#endif
}

READS_STACKS struct frames_span frames_span_of(const struct task_info *task)
{
    const struct frame_record *f = innermost(task), *outer = first_function(task, f);
    if (!outer)
        return (struct frames_span){0, 0};
    struct frames_span span = {(const uintptr_t *)f, (const uintptr_t *)(outer + 1)};
    size_t below = saved_words(task->state);
    if ((const char *)(span.low - below) >= task->stack_low)
        span.low -= below;
    return span;
}
