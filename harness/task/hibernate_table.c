#include "task/hibernate_table.h"
#include "task/counted.h"
#include <malloc.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

NOT_SCANNED struct hibernated_table task_hibernated;

struct spent {
    struct spent *next;
};

static NOT_SCANNED struct spent *spent;
static bool locked;

void hibernated_lock(void)
{
    while (__atomic_test_and_set(&locked, __ATOMIC_ACQUIRE))
        sched_yield();
}

void hibernated_unlock(void)
{
    __atomic_clear(&locked, __ATOMIC_RELEASE);
}

void hibernated_own(void *memory)
{
    task_stats.own_heap += malloc_usable_size(memory);
}

void hibernated_free(void *memory)
{
    task_stats.own_heap -= malloc_usable_size(memory);
    free(memory);
}

/* --- The table ------------------------------------------------------------------------------------ */

/* The first that ends behind the address. */
static size_t index_of(uintptr_t at)
{
    size_t low = 0, high = task_hibernated.length;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (task_hibernated.all[middle].end <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct hibernated *hibernated_at(const void *address)
{
    size_t i = index_of((uintptr_t)address);
    return i < task_hibernated.length && task_hibernated.all[i].base <= (uintptr_t)address
               ? task_hibernated.all[i].of
               : 0;
}

struct hibernated *hibernated_of(const struct slab *s)
{
    return hibernated_at(s->base);
}

static bool make_room(void)
{
    if (task_hibernated.length < task_hibernated.room)
        return true;
    size_t room = task_hibernated.room ? 2 * task_hibernated.room : 16;
    struct hibernated_entry *larger = malloc(room * sizeof *larger);
    if (!larger)
        return false;
    hibernated_own(larger);
    if (task_hibernated.length)
        memcpy(larger, task_hibernated.all, task_hibernated.length * sizeof *larger);
    hibernated_free(task_hibernated.all);
    task_hibernated.all = larger;
    task_hibernated.room = room;
    return true;
}

static void take_out(size_t i)
{
    task_stats.hibernated_bytes -= malloc_usable_size(task_hibernated.all[i].of);
    hibernated_free(task_hibernated.all[i].of);
    task_hibernated.changes++;
    memmove(&task_hibernated.all[i], &task_hibernated.all[i + 1],
            (--task_hibernated.length - i) * sizeof *task_hibernated.all);
}

/* A slab ends. */
static void forget(const struct slab *s)
{
    hibernated_lock();
    if (hibernated_of(s))
        take_out(index_of((uintptr_t)s->base));
    hibernated_unlock();
}

struct hibernated *hibernated_add(struct slab *s)
{
    struct hibernated *of = hibernated_of(s);
    if (of || !make_room() || !(of = calloc(1, sizeof *of)))
        return of;
    task_stacks.forget = forget;
    of->slab = s;
    uintptr_t base = (uintptr_t)s->base;
    struct hibernated_entry *at = &task_hibernated.all[index_of(base)];
    memmove(at + 1, at, (size_t)(task_hibernated.all + task_hibernated.length - at) * sizeof *at);
    *at = (struct hibernated_entry){base, base + SLAB_STACKS * s->stride, of};
    task_hibernated.length++;
    task_hibernated.changes++;
    task_stats.hibernated_bytes += malloc_usable_size(of);
    hibernated_own(of);
    return of;
}

void hibernated_tidy(void)
{
    for (struct spent *next; spent; spent = next) {
        next = spent->next;
        hibernated_free(spent);
    }
}

/* --- Who hibernates ------------------------------------------------------------------------------- */

static uint64_t hidden(const struct hibernated *of)
{
    return of->all & ~of->looked_at;
}

bool hibernated_find(const void *address, struct sleeper *found)
{
    struct hibernated *of = hibernated_at(address);
    if (!of)
        return false;
    *found = (struct sleeper){
        of, (int)((size_t)((const char *)address - of->slab->base) / of->slab->stride)};
    return hidden(of) & sleeper_bit(found);
}

bool hibernated_beside(const struct sleeper *from, bool upwards, struct sleeper *found)
{
    uint64_t behind = ~UINT64_C(0) << from->place << 1, ahead = sleeper_bit(from) - 1;
    uint64_t bits = hidden(from->of) & (upwards ? behind : ahead);
    found->of = from->of;
    if (!bits) {
        size_t i = index_of((uintptr_t)from->of->slab->base);
        if (upwards ? i + 1 >= task_hibernated.length : i == 0)
            return false;
        found->of = task_hibernated.all[upwards ? i + 1 : i - 1].of;
        if (!(bits = hidden(found->of)))
            return false;
    }
    found->place = upwards ? __builtin_ctzll(bits) : 63 - __builtin_clzll(bits);
    return true;
}

size_t sleeper_bytes(const struct sleeper *s)
{
    return malloc_usable_size(s->of->copies[s->place]);
}

void hibernated_end(const struct sleeper *s)
{
    struct copy *c = s->of->copies[s->place];
    task_stats.hibernated_bytes -= sleeper_bytes(s);
    s->of->all &= ~sleeper_bit(s);
    s->of->looked_at &= ~sleeper_bit(s);
    s->of->copies[s->place] = 0;
    copy_leave_form(c);
    task_stats.hibernated--;
    task_stats.awakenings++;
    task_stats.stacks_used++;
    struct spent *ended = (struct spent *)(void *)c;
    ended->next = spent;
    spent = ended;
}
