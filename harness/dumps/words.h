/* Byte strings with a number each: the same bytes have the same number. Dumps say the same names over and
 * over; kept once, and compared by number. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct words {
    char *bytes; /* one after another, each with a final zero */
    size_t length, room;
    struct word {
        size_t at;
        uint32_t length;
    } * all;
    uint32_t count, all_room;
    uint32_t *slots; /* by hash: number + 1; 0: empty */
    uint32_t slot_count;
};

/* The number of these bytes, from 0 on in the order in which they came. False where memory is short. */
bool words_number(struct words *words, const void *bytes, size_t length, uint32_t *number);

/* Valid until the next words_number(). */
const char *words_text(const struct words *words, uint32_t number);

void words_free(struct words *words);
