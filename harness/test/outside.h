/* Tasks read from outside, for tests: those of the test itself, by the same calls as another process's, with bytes
 * planted between its memory and the reader. */
#pragma once

#include "outside/look.h"
#include "outside/process.h"
#include "task/chan.h"
#include "test/words.h"

#include <unistd.h>

/* --- Planted memory ------------------------------------------------------------------------------------- */

struct patch {
    uint64_t at, value;
    size_t size;
};

enum { PATCHES = 4 };

/* Our own memory, but for some words, and but for one bit in so many reads. */
struct planted {
    struct memory memory; /* first: a memory * is one of these */
    struct process own;
    struct patch patches[PATCHES];
    size_t patched;
    size_t from;           /* pieces that are read as they are before the patches begin */
    uint64_t seed, one_in; /* 0: no bit is turned */
    size_t reads;
};

static inline void patch_piece(const struct planted *p, const struct piece *piece)
{
    for (size_t i = 0; i < p->patched; i++) {
        const struct patch *patch = &p->patches[i];
        for (size_t k = 0; k < patch->size; k++)
            if (patch->at + k >= piece->at && patch->at + k < piece->at + piece->size)
                ((char *)piece->to)[patch->at + k - piece->at] = ((const char *)&patch->value)[k];
    }
}

static inline void read_planted(struct memory *memory, struct piece *pieces, size_t n)
{
    struct planted *p = (struct planted *)memory;
    p->own.memory.read(&p->own.memory, pieces, n);
    for (size_t i = 0; i < n; i++) {
        p->reads++;
        if (!pieces[i].read)
            continue;
        if (p->reads > p->from)
            patch_piece(p, &pieces[i]);
        if (p->one_in && support_random(&p->seed) % p->one_in == 0) {
            size_t bit = support_random(&p->seed) % (8 * pieces[i].size);
            ((char *)pieces[i].to)[bit / 8] ^= (char)(1 << bit % 8);
        }
    }
}

static inline struct planted planted(void)
{
    return (struct planted){.memory = {read_planted}, .own = process_of(getpid())};
}

static inline void plant(struct planted *p, uint64_t at, uint64_t value)
{
    assert_true(p->patched < PATCHES);
    p->patches[p->patched++] = (struct patch){at, value, sizeof value};
}

static inline void look(struct look *seen, struct planted *p, bool moves)
{
    char why[LOOK_WHY];
    if (!look_at(seen, &p->memory, &task_layout, moves, false, why))
        fail_msg("%s", why);
}

/* --- Tasks ------------------------------------------------------------------------------------------------ */

static inline void wait_for(void *channel)
{
    chan_recv(channel, NULL);
}

static inline void wait_labelled(void *channel)
{
    task_label("role", "waiter");
    task_label("role", "reader");
    task_label("team", "red");
    chan_recv(channel, NULL);
}

enum { WAITERS = 70 }; /* more than a slab has */

static inline struct chan *make_waiters(void)
{
    struct chan *channel = chan_make(int, 0);
    for (int i = 0; i < WAITERS; i++)
        go(wait_for, channel);
    go(wait_labelled, channel);
    settle();
    return channel;
}

static inline uint64_t field_at(const struct seen_task *t, enum layout_field field)
{
    return t->at + task_layout.field[field].at;
}

/* Any that waits. */
static inline struct seen_task parked_one(void)
{
    struct look seen;
    struct planted p = planted();
    look(&seen, &p, false);
    struct seen_task found = {0};
    for (size_t i = 0; i < seen.length; i++)
        if (seen.tasks[i].state == TASK_PARKED)
            found = seen.tasks[i];
    look_free(&seen);
    assert_true(found.id);
    return found;
}
