/* A channel from its making to its end, and what is told of it. How elements pass is in chan.c.
 *
 * A channel goes when nobody holds it and nobody waits in it, whichever comes last.
 */
#include "task/chan.h"
#include "task/chan_queue.h"
#include "task/made.h"
#include "task/panic.h"

struct chan *chan_make_owned(size_t element_size, size_t capacity, enum chan_owner owner,
                             size_t behind, const void *made_at)
{
    size_t bytes;
    if (__builtin_mul_overflow(element_size, capacity, &bytes) ||
        __builtin_add_overflow(bytes, sizeof(struct chan) + behind, &bytes))
        task_panic("makechan: size out of range");
    struct chan *c = sched_allocate(bytes, "a channel");
    /* Field by field: gcc clears a struct of this size by `rep stos`, which alone takes 8 ns. */
    c->element_size = c->open_size = element_size;
    c->receivers.first = c->receivers.last = 0;
    c->receivers.length = c->receivers.selects = 0;
    c->senders.first = c->senders.last = 0;
    c->senders.length = c->senders.selects = 0;
    c->length = c->start = 0;
    c->capacity = capacity;
    c->counted = (struct counted){COUNTED_CHAN + owner, .references = 1};
    c->made_at = made_at;
    c->sent_at = c->received_at = 0;
    if (owner == CHAN_OF_PROGRAM)
        c->made = made_add(MADE_CHANNEL, made_at);
    lifetime_begin(&c->lifetime, "channel");
    task_stats.channels++;
    return c;
}

struct chan *chan_make_sized(size_t element_size, size_t capacity)
{
    return chan_make_owned(element_size, capacity, CHAN_OF_PROGRAM, 0, CALLER);
}

struct chan *chan_ref(struct chan *c)
{
    chan_check_held(c);
    if (c)
        c->counted.references++;
    return c;
}

void chan_free_unheld(struct chan *c)
{
    if (c->counted.references || c->receivers.first || c->senders.first)
        return;
    if (chan_owner_of(c) == CHAN_OF_PROGRAM)
        made_drop(c->made);
    task_stats.channels--;
    counted_end(&c->counted);
    lifetime_free(&c->lifetime, c, sizeof *c + c->capacity * c->element_size);
}

void chan_drop(struct chan *c)
{
    if (!c)
        return;
    lifetime_check_drop(&c->lifetime);
    if (--c->counted.references)
        return;
    lifetime_end(&c->lifetime);
    chan_free_unheld(c);
}

size_t chan_len(const struct chan *c)
{
    chan_check_held(c);
    return c ? c->length : 0;
}

size_t chan_cap(const struct chan *c)
{
    chan_check_held(c);
    return c ? c->capacity : 0;
}

struct chan_info chan_inspect(const struct chan *c)
{
    return (struct chan_info){
        .owner = chan_owner_of(c),
        .length = c->length,
        .capacity = c->capacity,
        .element_size = c->element_size,
        .closed = chan_is_closed(c),
        .references = c->counted.references,
        .receivers = c->receivers.length,
        .senders = c->senders.length,
        .made_at = c->made_at,
        .closed_at = chan_closed_at(c),
        .sent_at = chan_is_closed(c) ? 0 : c->sent_at,
        .received_at = c->received_at,
    };
}
