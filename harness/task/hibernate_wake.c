/* Waking is touching. A fault brings one page back; where one fault follows upon another in some order, it
 * brings back those to come: in the order in which tasks wait in a queue or are about to run, or by
 * address. So of a million that are woken at once few fault. */
#include "task/hibernate_wake.h"
#include "task/counted.h"
#include "task/hibernate.h"
#include "task/hibernate_page.h"
#include <errno.h>
#include <string.h>

enum { AT_ONCE = 64, LOOKED_AT = 2048 };

/* The sanitizers know the redzones of stacks. */
#define READS_STACKS __attribute__((no_sanitize("address")))

static NOT_SCANNED struct {
    unsigned depth;
    size_t length;
    struct sleeper at[LOOKED_AT + AT_ONCE]; /* oldest first */
} look;

static NOT_SCANNED uint64_t unpacked[COPY_MOST_WORDS];

static struct iovec pages_of(const struct sleeper *s)
{
    return hibernated_pages(s->of->slab, s->place, sleeper_low(s, sleeper_record(s)));
}

static void unpack(const struct sleeper *s, uint64_t *to)
{
    copy_unpack(sleeper_copy(s), (uintptr_t)sleeper_record(s), to);
}

/* --- Looking -------------------------------------------------------------------------------------- */

READS_STACKS static bool is_as_it_was(const struct sleeper *s)
{
    unpack(s, unpacked);
    const volatile uint64_t *low = sleeper_low(s, sleeper_record(s));
    for (size_t i = 0; i < sleeper_copy(s)->words; i++)
        if (low[i] != unpacked[i])
            return false;
    return true;
}

/* These were as they were. */
static void hide_again(const struct sleeper *all, size_t n)
{
    struct iovec ranges[AT_ONCE] = {0};
    for (size_t i = 0; i < n; i++) {
        ranges[i] = pages_of(&all[i]);
        all[i].of->looked_at &= ~sleeper_bit(&all[i]);
    }
    for (size_t done = pages_hide(ranges, n); done < n; done++) {
        unpack(&all[done], sleeper_low(&all[done], sleeper_record(&all[done])));
        hibernated_end(&all[done]);
    }
}

/* The first n that are looked at. Who was written to wakes: nothing that somebody does to a stack is lost. */
static void stop_looking(size_t n)
{
    struct sleeper same[AT_ONCE];
    size_t length = 0;
    for (size_t i = 0; i < n; i++) {
        if (!is_as_it_was(&look.at[i])) {
            hibernated_end(&look.at[i]);
            continue;
        }
        same[length++] = look.at[i];
        if (length == AT_ONCE) {
            hide_again(same, length);
            length = 0;
        }
    }
    hide_again(same, length);
    look.length -= n;
    memmove(look.at, look.at + n, look.length * sizeof *look.at);
}

static void begin_looking_at(const struct sleeper *s)
{
    s->of->looked_at |= sleeper_bit(s);
    look.at[look.length++] = *s;
}

void task_look_begin(void)
{
    look.depth++;
}

void task_look_end(void)
{
    if (--look.depth || !look.length)
        return;
    hibernated_lock();
    stop_looking(look.length);
    hibernated_unlock();
}

/* --- Bringing back -------------------------------------------------------------------------------- */

static void bring_back(const struct sleeper *all, size_t n)
{
    struct iovec ranges[AT_ONCE];
    if (look.length > LOOKED_AT)
        stop_looking(LOOKED_AT / 2);
    for (size_t i = 0; i < n; i++)
        ranges[i] = pages_of(&all[i]);
    pages_show(ranges, n);
    for (size_t i = 0; i < n; i++) {
        unpack(&all[i], sleeper_low(&all[i], sleeper_record(&all[i])));
        if (look.depth)
            begin_looking_at(&all[i]);
        else
            hibernated_end(&all[i]);
    }
}

/* --- Those to come -------------------------------------------------------------------------------- */

enum order { IN_QUEUE, UPWARDS, DOWNWARDS, ORDERS };

static NOT_SCANNED struct {
    struct task *next[ORDERS]; /* behind the last that was brought back */
    size_t n;                  /* how many came with it */
} ahead;

static bool find_record(const void *record, struct sleeper *found)
{
    return record && hibernated_find(record, found) && sleeper_record(found) == record;
}

/* The one behind s in a queue, or in the list of those about to run. A guess: it may be in neither. */
READS_STACKS static struct task *in_queue_behind(const uint64_t *end_of_record)
{
    const char *record = (const char *)end_of_record - sizeof(struct task);
    struct chan_case *next =
        *(struct chan_case *const *)(record + offsetof(struct task, own_case.next));
    return next ? sched_waiter(next) : 0;
}

/* Behind the last of n that are still hidden. A guess that leads back to one of them ends it. */
static bool find_next(enum order order, const struct sleeper *all, size_t n, struct sleeper *next)
{
    const struct sleeper *last = &all[n - 1];
    if (order != IN_QUEUE)
        return hibernated_beside(last, order == UPWARDS, next);
    unpack(last, unpacked);
    if (!find_record(in_queue_behind(unpacked + sleeper_copy(last)->words), next))
        return false;
    for (size_t i = 0; i < n; i++)
        if (all[i].of == next->of && all[i].place == next->place)
            return false;
    return true;
}

static void expect_behind(const struct sleeper *last, struct task *record)
{
    struct sleeper beside;
    ahead.next[IN_QUEUE] = in_queue_behind((const uint64_t *)(record + 1));
    for (enum order order = UPWARDS; order < ORDERS; order++)
        ahead.next[order] =
            hibernated_beside(last, order == UPWARDS, &beside) ? sleeper_record(&beside) : 0;
}

static void wake_with_those_to_come(const struct sleeper *first)
{
    struct sleeper all[AT_ONCE] = {*first};
    enum order order = IN_QUEUE;
    while (order < ORDERS && ahead.next[order] != sleeper_record(first))
        order++;
    ahead.n = order == ORDERS ? 1 : ahead.n < AT_ONCE / 2 ? 2 * ahead.n : AT_ONCE;
    size_t n = 1;
    while (n < ahead.n && find_next(order, all, n, &all[n]))
        n++;
    bring_back(all, n);
    expect_behind(&all[n - 1], sleeper_record(&all[n - 1]));
}

/* Nothing but a hidden page makes the usable part of a stack fault. If it is not hidden any more, another thread has
 * touched it at the same time, and this one is to try again; once. */
static bool was_just_shown(const void *address)
{
    static const void *last;
    bool again = last != address;
    last = address;
    return again;
}

static bool bring_back_at(const void *address)
{
    struct sleeper s;
    struct hibernated *of = hibernated_at(address);
    if (!of)
        return false;
    size_t place = (size_t)((const char *)address - of->slab->base) / of->slab->stride;
    if ((const char *)address < stack_at(of->slab, (int)place).low)
        return false; /* a guard */
    if (!hibernated_find(address, &s))
        return was_just_shown(address);
    struct iovec pages = pages_of(&s);
    if (address < pages.iov_base)
        return was_just_shown(address);
    wake_with_those_to_come(&s);
    was_just_shown(0);
    return true;
}

bool task_hibernate_fault(const void *address)
{
    int kept = errno;
    hibernated_lock();
    bool ours = bring_back_at(address);
    hibernated_unlock();
    errno = kept;
    return ours;
}

bool task_hibernate_touch(const void *memory, size_t size)
{
    struct sleeper s;
    uint64_t before = task_stats.awakenings;
    uintptr_t page = task_stacks.page_size, at = (uintptr_t)memory, end = at + size;
    if (!task_stats.hibernated || !size)
        return false;
    for (at &= ~(page - 1); at < end; at += page)
        if (hibernated_find((const void *)at, &s))
            task_hibernate_fault((const void *)(at < (uintptr_t)memory ? (uintptr_t)memory : at));
    return task_stats.awakenings != before;
}

void task_hibernate_end_all(void)
{
    struct hibernated *of;
    for (struct slab *s = task_stacks.oldest; s && task_stats.hibernated; s = s->newer) {
        struct sleeper all[AT_ONCE];
        size_t n = 0;
        hibernated_lock();
        if ((of = hibernated_of(s)))
            for (uint64_t bits = of->all & ~of->looked_at; bits; bits &= bits - 1)
                all[n++] = (struct sleeper){of, __builtin_ctzll(bits)};
        bring_back(all, n);
        hibernated_unlock();
    }
}
