/* How a copy is written: a sequence of steps, each one byte and what follows it. Below 0x80: so many words and one
 * are as expected. Else a word: bits 4 and 5 say from where it is counted, the low four bits how many bytes of
 * distance follow, little end first, with a sign. Expected is what the form has there, moved to this
 * stack where it points to its own; without a form, 0.
 *
 * For task/, which writes and reads copies, and for who reads those of another process. */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum {
    COPY_FORMS = 128,
    COPY_RUN = 128,
    COPY_A_WORD = 0x80,
    COPY_FROM_SHIFT = 4,
    COPY_LENGTH = 15
};

enum copy_from {
    COPY_FROM_EXPECTED,
    COPY_FROM_MOVED, /* expected, and as far from it as the last word that was counted from there */
    COPY_FROM_RECORD,
    COPY_FROM_CODE, /* where every task begins */
    COPY_FROMS
};

/* How many bytes of distance follow a step that is a word. */
static inline size_t copy_distance_size(uint8_t step)
{
    return step & COPY_LENGTH;
}

static inline enum copy_from copy_from(uint8_t step)
{
    return (enum copy_from)(step >> COPY_FROM_SHIFT & (COPY_FROMS - 1));
}

/* n: at most 8. */
static inline uint64_t copy_distance(const uint8_t *from, size_t n)
{
    uint64_t value = 0;
    if (!n)
        return 0;
    for (size_t i = 0; i < n; i++)
        value |= (uint64_t)from[i] << 8 * i;
    unsigned unused = 64 - 8 * (unsigned)n;
    return (uint64_t)((int64_t)(value << unused) >> unused);
}

/* What the form has, as it is on the stack with this record. The form was taken from the stack that begins at start,
 * with so many bytes, and had its record at form_record. */
static inline uint64_t copy_moved(uint64_t value, uint64_t start, uint64_t size,
                                  uint64_t form_record, uint64_t record)
{
    return value - start < size ? value - form_record + record : value;
}
