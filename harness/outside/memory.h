/* Somebody's memory, by address: a process's, a core file's, or what a test makes of it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Some bytes that are wanted. */
struct piece {
    uint64_t at;
    void *to;
    size_t size; /* 1 or more */
    bool read;   /* whether they could be read, all of them; else what is in `to` is undefined */
};

struct memory {
    /* Reads what can be read, and says of each piece whether it was. */
    void (*read)(struct memory *memory, struct piece *pieces, size_t n);
};

static inline bool memory_read(struct memory *memory, uint64_t at, void *to, size_t size)
{
    struct piece piece = {at, to, size, false};
    memory->read(memory, &piece, 1);
    return piece.read;
}

/* The text at this address, cut to fit and with an end; false where its first byte can not be read. Text may end
 * right before what can not be read. */
bool memory_text(struct memory *memory, uint64_t at, char *text, size_t size);
