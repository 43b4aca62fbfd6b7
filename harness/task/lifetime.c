#include "task/lifetime.h"

#ifdef TASK_DEBUG

#include "task/counted.h"
#include "task/panic.h"
#include "task/sched.h"
#include <malloc.h>
#include <stdio.h>
#include <string.h>

_Static_assert(3 * LIFETIME_FRAMES < PANIC_SITES, "a panic names all places");

enum { POISON = 0xDB, KEPT = 4096, KEPT_BYTES = 16 << 20 };

/* What was dropped last: a ring, the oldest first. */
static NOT_SCANNED struct {
    struct {
        void *memory;
        size_t size;
    } all[KEPT];
    size_t first, length, bytes;
} kept;

static void forget_oldest(void)
{
    kept.bytes -= kept.all[kept.first].size;
    task_stats.own_heap -= malloc_usable_size(kept.all[kept.first].memory);
    free(kept.all[kept.first].memory);
    kept.first = (kept.first + 1) % KEPT;
    kept.length--;
}

/* The chain of frame pointers from the caller of the function that calls this. It is followed within
 * the task's stack only: code without frame pointers leaves anything in their place. */
static __attribute__((noinline)) struct lifetime_place place(void *const *frame)
{
    struct lifetime_place place = {{frame[1]}};
    const char *high = (const char *)task_sched.current;
    for (int i = 1; i < LIFETIME_FRAMES && high; i++) {
        const char *next = frame[0];
        if (next <= (const char *)frame || next + 2 * sizeof *frame > high ||
            (uintptr_t)next % sizeof *frame)
            break;
        frame = (void *const *)next;
        place.frames[i] = frame[1];
    }
    return place;
}

void lifetime_begin(struct lifetime *l, const char *what)
{
    *l = (struct lifetime){.what = what, .made = place(__builtin_frame_address(0))};
}

void lifetime_end(struct lifetime *l)
{
    l->dropped = place(__builtin_frame_address(0));
}

static size_t add_sites(struct panic_site *sites, const char *what,
                        const struct lifetime_place *place)
{
    size_t n = 0;
    for (int i = 0; i < LIFETIME_FRAMES && place->frames[i]; i++)
        sites[n++] = (struct panic_site){i ? "  from" : what, place->frames[i]};
    return n;
}

static _Noreturn void tell(const struct lifetime *l, const char *misuse, const char *here,
                           const struct lifetime_place *used)
{
    struct panic_site sites[3 * LIFETIME_FRAMES + 1] = {{0, 0}};
    char message[64];
    size_t n = add_sites(sites, here, used);
    n += add_sites(sites + n, "dropped at", &l->dropped);
    add_sites(sites + n, "made at", &l->made);
    snprintf(message, sizeof message, "%s of a %s", misuse, l->what);
    task_panic_at(message, sites);
}

void lifetime_check(const struct lifetime *l)
{
    if (!l->dropped.frames[0])
        return;
    struct lifetime_place used = place(__builtin_frame_address(0));
    tell(l, "use after drop", "used at", &used);
}

void lifetime_check_drop(const struct lifetime *l)
{
    if (!l->dropped.frames[0])
        return;
    struct lifetime_place used = place(__builtin_frame_address(0));
    tell(l, "double drop", "dropped again at", &used);
}

/* Overwritten all around what has to be told of it. */
void lifetime_free(struct lifetime *l, void *memory, size_t size)
{
    struct lifetime told = *l;
    memset(memory, POISON, size);
    *l = told;
    if (kept.length == KEPT)
        forget_oldest();
    size_t end = (kept.first + kept.length++) % KEPT;
    kept.all[end].memory = memory;
    kept.all[end].size = size;
    kept.bytes += size;
    task_stats.own_heap += malloc_usable_size(memory);
    while (kept.bytes > KEPT_BYTES)
        forget_oldest();
}

#endif
