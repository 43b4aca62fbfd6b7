/* The census of another process, or of a core: which handles, descriptors and threads there are, made where. For programs
 * that have it linked in (census/census.h), with tasks or without. */
#pragma once

#include "outside/target.h"

enum { HANDLES_FRAMES = 16, HANDLES_WHY = 256 };

enum thing_kind { THING_HANDLE, THING_DESCRIPTOR, THING_THREAD, THING_KINDS };

/* What is alike: of one kind and type, in one state, made by one stack. */
struct things {
    uint64_t count, queued; /* queued: bytes, of all */
    int64_t oldest, newest; /* milliseconds, of who made them */
    uint32_t stack, mark;   /* mark: the first one's */
    uint8_t kind, type;     /* type: libuv's */
    bool closing, active, referenced,
        freed; /* freed: its memory is no handle any more, and it was not closed */
    bool ended, detached;
    bool has_queued;
    size_t depth;
    uint64_t frames[HANDLES_FRAMES]; /* return addresses, leaf first */
};

struct handles_seen {
    struct things *all; /* most of them first */
    size_t length, room, last;
    uint64_t of_kind[THING_KINDS];
    bool is_cut;  /* lists that end in what makes no sense, or changed while they were read */
    bool is_on;   /* else it has not begun */
    bool is_core; /* then which descriptors are open still is not known */
};

/* For a target with a census. False, with why: there is no memory, or its tables can not be read. To be freed, either way. */
bool handles_look(struct handles_seen *seen, const struct target *target, char why[HANDLES_WHY]);
void handles_free(struct handles_seen *seen);
