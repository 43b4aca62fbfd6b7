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

const char *object_owner_text(enum object_owner owner)
{
    static const char *const text[] = {
        [OWNER_UNKNOWN] = "unknown",     [OWNER_LOOP] = "loop",     [OWNER_ENDED] = "ended",
        [OWNER_WAITS_FOR_IT] = "itself", [OWNER_LEAKED] = "leaked", [OWNER_LIVE] = "live",
    };
    return text[owner];
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

/* --- Hands ------------------------------------------------------------------------------------------ */

static struct object_hands owner_of(const struct lock_owner *owner, const void *lock,
                                    const struct proof *proof)
{
    struct task_info task;
    struct object_hands hands = {.owned_at = owner->at, .owner_id = owner->id};
    if (!owner->id)
        return hands;
    if (owner->id == LOCK_OF_LOOP)
        hands.owner = OWNER_LOOP;
    else if (!proven_owner(proof, owner, &task))
        hands.owner = OWNER_ENDED;
    else if (task.object == lock)
        hands.owner = OWNER_WAITS_FOR_IT;
    else
        hands.owner = proven_verdict(proof, &task) == PROOF_LEAKED ? OWNER_LEAKED : OWNER_LIVE;
    return hands;
}

/* The writer; or of the readers that are known the first that will not give it back. */
static struct object_hands owner_of_rw(const struct rw_mutex *m, const struct proof *proof)
{
    struct object_hands hands = owner_of(&m->writer, m, proof);
    for (size_t i = 0; !m->writer.id && i < m->readers_known; i++) {
        hands = owner_of(&m->known[i], m, proof);
        if (hands.owner != OWNER_LIVE && hands.owner != OWNER_LOOP)
            break;
    }
    return hands;
}

static struct object_hands hands_on(enum object_kind kind, const void *object,
                                    const struct proof *proof)
{
    const struct wait_group *group = object;
    const struct cond *cond = object;
    struct chan_info channel;
    switch (kind) {
    case OBJECT_CHANNEL:
        channel = chan_inspect(object);
        return (struct object_hands){.last = channel.sent_at, .before = channel.received_at};
    case OBJECT_WAIT_GROUP:
        return (struct object_hands){
            .last = group->done_at, .before = group->added_at, .adds = group->adds};
    case OBJECT_MUTEX:
        return owner_of(&((const struct mutex *)object)->owner, object, proof);
    case OBJECT_RW_MUTEX:
        return owner_of_rw(object, proof);
    case OBJECT_COND:
        return (struct object_hands){
            .last = cond->signalled_at, .signals = cond->signals, .unheard = cond->unheard};
    default:
        return (struct object_hands){0};
    }
}

static bool are_alike(const struct object_hands *a, const struct object_hands *b)
{
    return a->owner == b->owner && a->adds == b->adds && a->signals == b->signals &&
           a->unheard == b->unheard && symbol_same_line(a->owned_at, b->owned_at) &&
           symbol_same_line(a->last, b->last) && symbol_same_line(a->before, b->before);
}

/* --- Objects ---------------------------------------------------------------------------------------- */

struct object_state object_inspect(enum object_kind kind, const void *object,
                                   const struct proof *proof)
{
    struct object_state state = {.kind = kind};
    if (proof)
        state.hands = hands_on(kind, object, proof);
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
    return are_alike(&a->hands, &b->hands) && a->kind == b->kind && a->count == b->count &&
           a->size == b->size && a->locked == b->locked && i->references == j->references &&
           i->readers == j->readers && i->writers == j->writers && x->length == y->length &&
           x->capacity == y->capacity && x->element_size == y->element_size &&
           x->closed == y->closed && x->owner == y->owner && x->references == y->references &&
           x->receivers == y->receivers && x->senders == y->senders &&
           symbol_same_line(x->made_at, y->made_at) && symbol_same_line(x->closed_at, y->closed_at);
}
