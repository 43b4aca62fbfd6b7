#include "dumps/words.h"
#include <stdlib.h>
#include <string.h>

/* Eight bytes at a time. */
static uint64_t hash(const char *bytes, size_t length)
{
    const uint64_t odd = 0x9e3779b97f4a7c15u;
    uint64_t value = length * odd, word;
    for (; length >= sizeof word; length -= sizeof word, bytes += sizeof word) {
        memcpy(&word, bytes, sizeof word);
        value = (value ^ word) * odd;
        value ^= value >> 32;
    }
    word = 0;
    if (length)
        memcpy(&word, bytes, length);
    value = (value ^ word) * odd;
    return value ^ value >> 32;
}

/* Where it stands, or the empty slot where it would. */
static uint32_t *slot_of(const struct words *words, const char *bytes, size_t length)
{
    uint32_t mask = words->slot_count - 1, at = (uint32_t)hash(bytes, length) & mask;
    for (;; at = (at + 1) & mask) {
        if (!words->slots[at])
            return &words->slots[at];
        const struct word *word = &words->all[words->slots[at] - 1];
        if (word->length == length && memcmp(words->bytes + word->at, bytes, length) == 0)
            return &words->slots[at];
    }
}

/* At most half of the slots are taken. */
static bool more_slots(struct words *words)
{
    uint32_t count = words->slot_count ? 2 * words->slot_count : 256;
    uint32_t *slots = count > words->slot_count ? calloc(count, sizeof *slots) : NULL;
    if (!slots)
        return false;
    free(words->slots);
    words->slots = slots;
    words->slot_count = count;
    for (uint32_t i = 0; i < words->count; i++)
        *slot_of(words, words->bytes + words->all[i].at, words->all[i].length) = i + 1;
    return true;
}

static bool has_room(struct words *words, size_t length)
{
    if (2 * (uint64_t)words->count >= words->slot_count && !more_slots(words))
        return false;
    if (words->count == words->all_room) {
        uint32_t room = words->all_room ? 2 * words->all_room : 128;
        struct word *more = realloc(words->all, room * sizeof *more);
        if (!more)
            return false;
        words->all = more;
        words->all_room = room;
    }
    if (words->room - words->length <= length) {
        size_t room = 2 * (words->length + length + 1);
        char *more = realloc(words->bytes, room);
        if (!more)
            return false;
        words->bytes = more;
        words->room = room;
    }
    return true;
}

bool words_number(struct words *words, const void *bytes, size_t length, uint32_t *number)
{
    if (length > UINT32_MAX || !has_room(words, length))
        return false;
    uint32_t *slot = slot_of(words, bytes, length);
    if (!*slot) {
        if (length)
            memcpy(words->bytes + words->length, bytes, length);
        words->bytes[words->length + length] = 0;
        words->all[words->count] = (struct word){words->length, (uint32_t)length};
        words->length += length + 1;
        *slot = ++words->count;
    }
    *number = *slot - 1;
    return true;
}

const char *words_text(const struct words *words, uint32_t number)
{
    return words->bytes + words->all[number].at;
}

void words_free(struct words *words)
{
    free(words->bytes);
    free(words->all);
    free(words->slots);
    *words = (struct words){0};
}
