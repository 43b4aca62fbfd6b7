#include "task/hibernate_copy.h"
#include "task/counted.h"
#include "task/hibernate_step.h"
#include "task/sched.h"
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* In a mapping of the runtime's own: a proof takes what is on the heap for somebody's. Pages that no form needs
 * are never touched. */
NOT_SCANNED struct forms task_forms;

/* The sanitizers know the redzones of stacks, and what is written by memcpy(). */
#define READS_STACKS __attribute__((no_sanitize("address")))

/* --- Forms ---------------------------------------------------------------------------------------- */

static bool have_forms(void)
{
    struct form *all = task_forms.all;
    if (!all) {
        void *memory =
            (void *)syscall(SYS_mmap, 0, (COPY_FORMS + 1) * sizeof *all, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (memory != MAP_FAILED)
            task_forms.all = memory;
    }
    return task_forms.all != 0;
}

READS_STACKS static void form_take(struct form *f, const struct live_part *part)
{
    task_forms.changes++;
    f->pc = part->pc;
    f->record = part->record;
    f->start = part->start;
    f->size = part->size;
    f->words = part->words;
    for (size_t i = 0; i < part->words; i++)
        ((volatile uint64_t *)f->values)[i] = part->low[i];
}

/* The number of the form for this part, made where there is room for it. 0: none. */
static uint16_t form_for(const struct live_part *part)
{
    if (!have_forms())
        return 0;
    uint64_t key = ((uintptr_t)part->pc + part->words) * UINT64_C(0x9E3779B97F4A7C15);
    size_t number = 1 + (size_t)(key >> 32) % COPY_FORMS;
    struct form *f = &task_forms.all[number];
    if (f->users && (f->pc != part->pc || f->words != part->words))
        return 0;
    if (!f->users)
        form_take(f, part);
    f->users++;
    return (uint16_t)number;
}

void copy_leave_form(const struct copy *c)
{
    if (c->form)
        task_forms.all[c->form].users--;
}

static inline uint64_t expected(const struct form *f, size_t i, uintptr_t record)
{
    if (!f)
        return 0;
    return copy_moved(f->values[i], f->start, f->size, f->record, record);
}

/* --- Packing -------------------------------------------------------------------------------------- */

static inline size_t bytes_of(uint64_t distance)
{
    uint64_t magnitude = distance ^ ((int64_t)distance < 0 ? UINT64_MAX : 0);
    return distance ? (size_t)(64 - __builtin_clzll(magnitude | 1)) / 8 + 1 : 0;
}

static uint8_t *put_word(uint8_t *to, enum copy_from from, uint64_t distance)
{
    size_t n = bytes_of(distance);
    *to++ = (uint8_t)(COPY_A_WORD | (unsigned)from << COPY_FROM_SHIFT | n);
    for (size_t i = 0; i < n; i++)
        *to++ = (uint8_t)(distance >> 8 * i);
    return to;
}

static inline uint8_t *put_run(uint8_t *to, size_t n)
{
    if (n)
        *to++ = (uint8_t)(n - 1);
    return to;
}

static inline uintptr_t code(void)
{
    return (uintptr_t)sched_start;
}

/* Returns the end. */
READS_STACKS static uint8_t *pack(const struct live_part *part, const struct form *f, uint8_t *to)
{
    uint64_t moved = 0;
    size_t run = 0;
    for (size_t i = 0; i < part->words; i++) {
        uint64_t value = part->low[i], as_expected = expected(f, i, part->record);
        if (value == as_expected) {
            if (++run == COPY_RUN) {
                to = put_run(to, run);
                run = 0;
            }
            continue;
        }
        to = put_run(to, run);
        run = 0;
        uint64_t distances[COPY_FROMS] = {value - as_expected, value - as_expected - moved,
                                          value - part->record, value - code()};
        enum copy_from least = COPY_FROM_EXPECTED;
        for (enum copy_from from = COPY_FROM_MOVED; from < COPY_FROMS; from++)
            if (bytes_of(distances[from]) < bytes_of(distances[least]))
                least = from;
        if (least == COPY_FROM_EXPECTED)
            moved = value - as_expected;
        to = put_word(to, least, distances[least]);
    }
    return put_run(to, run);
}

struct copy *copy_make(const struct live_part *part)
{
    static uint8_t room[COPY_MOST_WORDS * 9 + 1];
    uint16_t form = form_for(part);
    size_t length = (size_t)(pack(part, form ? &task_forms.all[form] : 0, room) - room);
    size_t size = sizeof(struct copy) + length;
    struct copy *c = malloc(size > COPY_LEAST_BYTES ? size : COPY_LEAST_BYTES);
    if (!c) {
        copy_leave_form(&(struct copy){.form = form});
        return 0;
    }
    c->form = form;
    c->words = (uint16_t)part->words;
    memcpy(c->bytes, room, length);
    return c;
}

/* --- Unpacking ------------------------------------------------------------------------------------ */

READS_STACKS void copy_unpack(const struct copy *c, uintptr_t record, volatile uint64_t *to)
{
    const struct form *f = c->form ? &task_forms.all[c->form] : 0;
    const uint8_t *at = c->bytes;
    uint64_t moved = 0;
    for (size_t i = 0; i < c->words;) {
        uint8_t step = *at++;
        if (step < COPY_A_WORD) {
            for (size_t end = i + step + 1; i < end; i++)
                to[i] = expected(f, i, record);
            continue;
        }
        size_t n = copy_distance_size(step);
        uint64_t distance = copy_distance(at, n), as_expected = expected(f, i, record);
        at += n;
        uint64_t from[COPY_FROMS] = {as_expected, as_expected + moved, record, code()};
        enum copy_from where = copy_from(step);
        if (where == COPY_FROM_EXPECTED)
            moved = distance;
        to[i++] = from[where] + distance;
    }
}
