/* A copy is a sequence of steps, each one byte and what follows it. Below 0x80: so many words and one are as
 * expected. Else a word: bits 4 and 5 say from where it is counted, the low four bits how many bytes of
 * distance follow, little end first, with a sign. Expected is what the form has there, moved to this
 * stack where it points to its own; without a form, 0. */
#include "task/hibernate_copy.h"
#include "task/counted.h"
#include "task/sched.h"
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { FORMS = 128, RUN = 128, A_WORD = 0x80, FROM_SHIFT = 4, LENGTH_BITS = 15 };

enum from {
    FROM_EXPECTED,
    FROM_MOVED, /* expected, and as far from it as the last word that was counted from there */
    FROM_RECORD,
    FROM_CODE,
    FROMS
};

struct form {
    const void *pc;
    uintptr_t record, start, size; /* of the stack that it was taken from */
    size_t words;
    size_t users; /* copies */
    uint64_t values[COPY_MOST_WORDS];
};

/* In a mapping of the runtime's own: a proof takes what is on the heap for somebody's. Pages that no form needs
 * are never touched. */
static NOT_SCANNED struct form *forms;

/* The sanitizers know the redzones of stacks, and what is written by memcpy(). */
#define READS_STACKS __attribute__((no_sanitize("address")))

/* --- Forms ---------------------------------------------------------------------------------------- */

static bool have_forms(void)
{
    if (!forms) {
        void *memory =
            (void *)syscall(SYS_mmap, 0, (FORMS + 1) * sizeof *forms, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (memory != MAP_FAILED)
            forms = memory;
    }
    return forms != 0;
}

READS_STACKS static void form_take(struct form *f, const struct live_part *part)
{
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
    size_t number = 1 + (size_t)(key >> 32) % FORMS;
    struct form *f = &forms[number];
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
        forms[c->form].users--;
}

static inline uint64_t expected(const struct form *f, size_t i, uintptr_t record)
{
    if (!f)
        return 0;
    uint64_t value = f->values[i];
    return value - f->start < f->size ? value - f->record + record : value;
}

/* --- Packing -------------------------------------------------------------------------------------- */

static inline size_t bytes_of(uint64_t distance)
{
    uint64_t magnitude = distance ^ (uint64_t)((int64_t)distance >> 63);
    return distance ? (size_t)(64 - __builtin_clzll(magnitude | 1)) / 8 + 1 : 0;
}

static uint8_t *put_word(uint8_t *to, enum from from, uint64_t distance)
{
    size_t n = bytes_of(distance);
    *to++ = (uint8_t)(A_WORD | from << FROM_SHIFT | (int)n);
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
            if (++run == RUN) {
                to = put_run(to, run);
                run = 0;
            }
            continue;
        }
        to = put_run(to, run);
        run = 0;
        uint64_t distances[FROMS] = {value - as_expected, value - as_expected - moved,
                                     value - part->record, value - code()};
        enum from least = FROM_EXPECTED;
        for (enum from from = FROM_MOVED; from < FROMS; from++)
            if (bytes_of(distances[from]) < bytes_of(distances[least]))
                least = from;
        if (least == FROM_EXPECTED)
            moved = value - as_expected;
        to = put_word(to, least, distances[least]);
    }
    return put_run(to, run);
}

struct copy *copy_make(const struct live_part *part)
{
    static uint8_t room[COPY_MOST_WORDS * 9 + 1];
    uint16_t form = form_for(part);
    size_t length = (size_t)(pack(part, form ? &forms[form] : 0, room) - room);
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

static inline uint64_t distance_at(const uint8_t *from, size_t n)
{
    uint64_t value = 0;
    if (!n)
        return 0;
    for (size_t i = 0; i < n; i++)
        value |= (uint64_t)from[i] << 8 * i;
    unsigned unused = 64 - 8 * (unsigned)n;
    return (uint64_t)((int64_t)(value << unused) >> unused);
}

READS_STACKS void copy_unpack(const struct copy *c, uintptr_t record, volatile uint64_t *to)
{
    const struct form *f = c->form ? &forms[c->form] : 0;
    const uint8_t *at = c->bytes;
    uint64_t moved = 0;
    for (size_t i = 0; i < c->words;) {
        uint8_t step = *at++;
        if (step < A_WORD) {
            for (size_t end = i + step + 1; i < end; i++)
                to[i] = expected(f, i, record);
            continue;
        }
        size_t n = step & LENGTH_BITS;
        uint64_t distance = distance_at(at, n), as_expected = expected(f, i, record);
        at += n;
        uint64_t from[FROMS] = {as_expected, as_expected + moved, record, code()};
        enum from where = step >> FROM_SHIFT & (FROMS - 1);
        if (where == FROM_EXPECTED)
            moved = distance;
        to[i++] = from[where] + distance;
    }
}
