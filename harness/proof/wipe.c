/* Frames that are gone leave their words behind; frames that come later have holes, and through them a look would take
 * such a word for somebody's. */
#include "proof/look.h"
#include "task/sched.h"

enum { MOST = 16 * 1024 };

static __attribute__((noinline)) void wipe(size_t size)
{
    volatile char *below = __builtin_alloca(size);
    for (size_t i = 0; i < size; i++)
        below[i] = 0;
}

/* Once more from elsewhere, where the first frame had holes of its own. */
static __attribute__((noinline)) void wipe_from_deeper(size_t size)
{
    volatile char gap[128];
    for (size_t i = 0; i < sizeof gap; i++)
        gap[i] = 0;
    wipe(size - gap[0]);
}

__attribute__((noinline)) void proof_prepare(void)
{
    const struct task *me = task_sched.current;
    size_t size = MOST;
    if (me) {
        size_t left =
            (size_t)((const char *)__builtin_frame_address(0) - stack_at(me->slab, me->place).low);
        size = left / 4 < size ? left / 4 : size;
    }
    wipe(size);
    wipe_from_deeper(size);
}
