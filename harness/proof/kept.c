#include "proof/kept.h"
#include "proof/blocks.h"
#include "proof/cause.h"
#include "proof/marker.h"
#include "proof/shelves.h"
#include "task/chan_queue.h"
#include "task/counted.h"

struct tally {
    struct proof_kept *kept;
    int64_t sign;
};

/* A timer that sends is a channel of its own, and a context has one: neither is the program's. */
static void count(uintptr_t start, void *arg)
{
    const struct tally *tally = arg;
    struct proof_kept *kept = tally->kept;
    size_t size = blocks_size(start);
    uint32_t kind = 0;
    if (size >= COUNTED_AT + sizeof(struct counted))
        kind = ((const struct counted *)(start + COUNTED_AT))->kind;
    kept->bytes += tally->sign * (int64_t)size;
    switch (kind) {
    case COUNTED_CHAN + CHAN_OF_PROGRAM:
        kept->channels += tally->sign;
        break;
    case COUNTED_CHAN + CHAN_OF_TIMER:
    case COUNTED_TIMER:
        kept->timers += tally->sign;
        break;
    case COUNTED_CTX:
        kept->contexts += tally->sign;
        break;
    case COUNTED_CHAN + CHAN_OF_CONTEXT:
    case COUNTED_AFTER:
        break;
    default:
        kept->blocks += tally->sign;
    }
}

void kept_add(struct proof_kept *kept)
{
    struct tally tally = {kept, 1};
    blocks_each(true, count, &tally);
}

void kept_take_off(struct proof_kept *kept)
{
    struct tally tally = {kept, -1};
    blocks_each(true, count, &tally);
}

/* Nothing on its stack need point to what it waits for: who waits last uses it no more. */
static void mark_leaked(const struct shelf *s, int place)
{
    const struct task *t = shelf_task(s, place);
    struct task_info task = sched_inspect(t, shelf_stack_low(s, place));
    marker_task(t, CAUSE_UNKNOWN);
    if (task.object && !task.cases)
        marker_pointer(task.object, CAUSE_UNKNOWN);
}

void kept_mark_leaked(void)
{
    for (size_t i = 0; i < shelves.length; i++)
        shelves.all[i].held_back = shelves.all[i].live;
    for (size_t i = 0; i < shelves.length; i++) {
        const struct shelf *s = &shelves.all[i];
        for (uint64_t bits = s->used & ~s->held_back; bits; bits &= bits - 1)
            mark_leaked(s, __builtin_ctzll(bits));
    }
    for (size_t i = 0; i < shelves.length; i++)
        shelves.all[i].live = shelves.all[i].held_back;
}
