#include "profile/object.h"
#include "profile/symbol.h"
#include "task/mutex.h"
#include "task/semaphore.h"
#include "task/wait_group.h"

const char *object_kind_text(enum object_kind kind)
{
    static const char *const text[] = {
#define X(name, words) [name] = words,
        FOR_EACH_OBJECT_KIND(X)
#undef X
    };
    return text[kind];
}

enum object_kind object_kind_of(enum wait_reason reason)
{
    switch (reason) {
    case WAIT_CHAN_RECEIVE:
    case WAIT_CHAN_SEND:
    case WAIT_SELECT:
        return OBJECT_CHANNEL;
    case WAIT_WAIT_GROUP:
        return OBJECT_WAIT_GROUP;
    case WAIT_MUTEX:
        return OBJECT_MUTEX;
    case WAIT_RW_MUTEX_READ:
    case WAIT_RW_MUTEX_WRITE:
        return OBJECT_RW_MUTEX;
    case WAIT_COND:
        return OBJECT_COND;
    case WAIT_SEMAPHORE:
        return OBJECT_SEMAPHORE;
    case WAIT_IO:
        return OBJECT_CONNECTION;
    default:
        return OBJECT_NONE;
    }
}

struct object_state object_inspect(enum object_kind kind, const void *object)
{
    struct object_state state = {.kind = kind};
    switch (kind) {
    case OBJECT_CHANNEL:
        state.channel = chan_inspect(object);
        break;
    case OBJECT_WAIT_GROUP:
        state.count = ((const struct wait_group *)object)->count;
        break;
    case OBJECT_MUTEX:
        state.locked = ((const struct mutex *)object)->owner.id;
        break;
    case OBJECT_RW_MUTEX:
        state.count = (int64_t)((const struct rw_mutex *)object)->readers;
        state.locked = ((const struct rw_mutex *)object)->writer.id;
        break;
    case OBJECT_SEMAPHORE:
        state.count = ((const struct semaphore *)object)->held;
        state.size = ((const struct semaphore *)object)->size;
        break;
    case OBJECT_CONNECTION:
        state.connection = io_inspect(object);
        break;
    default:
        break;
    }
    return state;
}

bool object_is_like(const struct object_state *a, const struct object_state *b)
{
    const struct chan_info *x = &a->channel, *y = &b->channel;
    const struct io_info *i = &a->connection, *j = &b->connection;
    return a->kind == b->kind && a->count == b->count && a->size == b->size &&
           a->locked == b->locked && i->references == j->references && i->readers == j->readers &&
           i->writers == j->writers && x->length == y->length && x->capacity == y->capacity &&
           x->element_size == y->element_size && x->closed == y->closed && x->owner == y->owner &&
           x->references == y->references && x->receivers == y->receivers &&
           x->senders == y->senders && symbol_same_line(x->made_at, y->made_at) &&
           symbol_same_line(x->closed_at, y->closed_at);
}
