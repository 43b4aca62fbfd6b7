#include "proof/waits.h"
#include "proof/blocks.h"
#include "proof/pages.h"
#include "proof/shelves.h"
#include "task/counted.h"
#include "task/mutex.h"
#include "task/semaphore.h"
#include "task/wait_group.h"
#include "task/wait_queue.h"

/* One object that tasks wait for; of semaphores, one task. */
struct wait {
    uintptr_t
        key; /* the block's start; the record of the task on whose stack it lies; or of an owner, plus OWNS */
    const void *object;
    uint32_t next; /* of the same slot, plus one */
    uint8_t reason;
    bool is_woken;
};

enum { OWNS = 1 };

static size_t noted;

static NOT_SCANNED struct {
    struct wait *all;
    size_t length, room;
    uint32_t *slots; /* index of the first wait plus one */
    size_t slot_count;
} waits;

/* --- Noting ------------------------------------------------------------------------------------- */

static inline size_t slot_of(uintptr_t key)
{
    return (size_t)((key * UINT64_C(0x9E3779B97F4A7C15)) >> 20) & (waits.slot_count - 1);
}

/* From here on it is woken when the key is reached. */
static void watch(size_t i, uintptr_t key)
{
    uint32_t *slot = &waits.slots[slot_of(key)];
    waits.all[i].key = key;
    waits.all[i].next = *slot;
    *slot = (uint32_t)i + 1;
    uint64_t bit;
    struct shelf *s = shelves_of_task((const struct task *)(key & ~(uintptr_t)OWNS), &bit);
    if (s)
        s->watched |= bit;
    else
        heap_map[key >> REGION_BITS]->watched[region_word(key)] |= region_bit(key);
}

/* Where an object lies; 0: in static data, or nowhere that is known. */
static uintptr_t container_of(const void *object)
{
    int place;
    uintptr_t start = blocks_start((uintptr_t)object);
    if (start)
        return start;
    const struct shelf *s = shelves_find((uintptr_t)object, &place);
    return s ? (uintptr_t)shelf_task(s, place) : 0;
}

static const struct wait_queue *queue_of(enum wait_reason reason, const void *object)
{
    switch (reason) {
    case WAIT_WAIT_GROUP:
        return &((const struct wait_group *)object)->waiters;
    case WAIT_COND:
        return &((const struct cond *)object)->waiters;
    case WAIT_MUTEX:
        return &((const struct mutex *)object)->waiters;
    case WAIT_RW_MUTEX_READ:
    case WAIT_RW_MUTEX_WRITE:
        return &((const struct rw_mutex *)object)->waiters;
    default:
        return 0;
    }
}

static bool is_lock(enum wait_reason reason)
{
    return reason == WAIT_MUTEX || reason == WAIT_RW_MUTEX_READ || reason == WAIT_RW_MUTEX_WRITE;
}

/* Notes what a parked task waits for, where it is the first that waits there. */
static void note(struct shelf *s, int place)
{
    const struct task *t = shelf_task(s, place);
    if (t->state != TASK_PARKED)
        return;
    const struct wait_queue *q = queue_of(t->reason, t->object);
    switch (t->reason) {
    case WAIT_CHAN_RECEIVE:
    case WAIT_CHAN_SEND:
    case WAIT_CHAN_RECEIVE_NIL:
    case WAIT_CHAN_SEND_NIL:
    case WAIT_SELECT:
    case WAIT_SELECT_NO_CASES:
    case WAIT_SLEEP:
    case WAIT_NO_END:
        return;
    case WAIT_SEMAPHORE:
        break;
    default:
        if (q && q->first && q->first != t)
            return; /* who waits before it stands for all */
        if (!q || !q->first) {
            s->rooted |= UINT64_C(1) << place; /* I/O, or nothing that is known */
            return;
        }
    }
    struct wait *w = &waits.all[waits.length++];
    *w = (struct wait){.object = q ? t->object : t, .reason = t->reason};
    if (!is_lock(t->reason))
        w->key = container_of(t->object);
}

/* What its tasks wait on; of a semaphore, w->object is the task. */
static const void *object_of(const struct wait *w)
{
    return w->reason == WAIT_SEMAPHORE ? ((const struct task *)w->object)->object : w->object;
}

/* --- Waking ------------------------------------------------------------------------------------- */

static void wake(struct wait *w, uint64_t cause)
{
    w->is_woken = true;
    const struct wait_queue *q = queue_of(w->reason, w->object);
    if (q)
        marker_wake_queue(q->first, cause);
    else
        marker_wake(w->object, cause);
}

/* Whether an owner may still give its lock back; *holder: its task, where it has to become live first. */
static bool may_unlock(const struct lock_owner *owner, const struct task **holder)
{
    uint64_t bit;
    *holder = 0;
    if (owner->id == LOCK_OF_LOOP || !owner->id)
        return true; /* 0: no lock that is waited for should say so */
    const struct shelf *s = shelves_of_task(owner->task, &bit);
    if (!s || owner->task->id != owner->id)
        return false; /* it has ended with it */
    if (!(s->live & bit))
        *holder = owner->task;
    return true;
}

/* A lock comes back once all who have it are live. So it waits for one of them that is not. */
static void wait_for_owners(size_t i, uint64_t cause)
{
    struct wait *w = &waits.all[i];
    const struct mutex *m = w->object;
    const struct rw_mutex *rw = w->object;
    const struct lock_owner *owners = w->reason == WAIT_MUTEX ? &m->owner
                                      : rw->writer.id         ? &rw->writer
                                                              : rw->known;
    size_t n = w->reason == WAIT_MUTEX || rw->writer.id ? 1 : rw->readers_known;
    for (size_t j = 0; j < n; j++) {
        const struct task *holder;
        if (!may_unlock(&owners[j], &holder))
            return;
        if (holder) {
            watch(i, (uintptr_t)holder | OWNS);
            return;
        }
    }
    wake(w, cause);
}

/* Each leaves its slot: it is woken, never will be, or waits for another owner. */
static void reach_all_of(uintptr_t key, uint64_t cause)
{
    for (uint32_t *link = &waits.slots[slot_of(key)]; *link;) {
        size_t i = *link - 1;
        struct wait *w = &waits.all[i];
        if (w->key != key) {
            link = &w->next;
            continue;
        }
        *link = w->next;
        if (is_lock(w->reason))
            wait_for_owners(i, cause);
        else
            wake(w, cause);
    }
}

static void reach(uintptr_t container, uint64_t cause)
{
    reach_all_of(container, cause);
}

static void live(const struct task *t)
{
    reach_all_of((uintptr_t)t | OWNS, (uintptr_t)t);
}

static void wake_again(void)
{
    for (size_t i = 0; i < waits.length; i++)
        if (waits.all[i].is_woken)
            wake(&waits.all[i], CAUSE_UNKNOWN);
}

/* --- All ---------------------------------------------------------------------------------------- */

/* Parked for anything but a channel or a time. */
static uint64_t count_waiting(void)
{
    uint64_t n = 0;
    for (int reason = WAIT_SLEEP + 1; reason < WAIT_REASONS; reason++)
        n += task_stats.waiting[reason];
    return n;
}

static bool make_room(uint64_t n)
{
    waits.room = n;
    waits.all = pages_get((n + 1) * sizeof *waits.all);
    return waits.all != 0;
}

static bool make_slots(void)
{
    waits.slot_count = 64;
    while (waits.slot_count < 2 * waits.length)
        waits.slot_count *= 2;
    waits.slots = pages_get(waits.slot_count * sizeof *waits.slots);
    return waits.slots != 0;
}

static void note_all(void)
{
    for (size_t i = 0; i < shelves.length; i++) {
        struct shelf *s = &shelves.all[i];
        for (uint64_t bits = s->used; bits && waits.length < waits.room; bits &= bits - 1)
            note(s, __builtin_ctzll(bits));
    }
}

/* What lies in static data is reached; what a lock waits for is seen as owners become live. */
static void begin_waits(void)
{
    for (size_t i = 0; i < waits.length; i++) {
        struct wait *w = &waits.all[i];
        if (is_lock(w->reason))
            wait_for_owners(i, CAUSE_LOOP);
        else if (w->key)
            watch(i, w->key);
        else
            wake(w, (uintptr_t)object_of(w));
    }
}

static void wake_rooted(void)
{
    for (size_t i = 0; i < shelves.length; i++) {
        const struct shelf *s = &shelves.all[i];
        for (uint64_t bits = s->rooted; bits; bits &= bits - 1) {
            const struct task *t = shelf_task(s, __builtin_ctzll(bits));
            marker_task(t, t->reason == WAIT_IO ? CAUSE_IO : CAUSE_UNKNOWN);
        }
    }
}

bool waits_open(void)
{
    uint64_t n = count_waiting();
    noted = waits.length = 0;
    if (!n)
        return true;
    if (!make_room(n))
        return false;
    note_all();
    if (!make_slots())
        return false;
    noted = waits.length;
    begin_waits();
    wake_rooted();
    return true;
}

void waits_close(void)
{
    pages_put(waits.all, (waits.room + 1) * sizeof *waits.all);
    pages_put(waits.slots, waits.slot_count * sizeof *waits.slots);
    waits.all = 0;
    waits.slots = 0;
    noted = waits.length = waits.room = waits.slot_count = 0;
}

size_t waits_bytes(void)
{
    return waits.length * sizeof *waits.all + waits.slot_count * sizeof *waits.slots;
}

const struct marker_watch waits_watch = {&noted, reach, live, wake_again};
