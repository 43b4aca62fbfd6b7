/* What there is, in groups: made by one stack, of one type, in one state. Private to census/. */
#pragma once

#include "census/census.h"
#include "census/closable.h"
#include "census/listing_wish.h"

enum { GROUP_WORDS = 96 };

struct group {
    struct census_entry first;
    char state[GROUP_WORDS]; /* census_state() of all of them */
    uint64_t count, queued;
    int64_t oldest, newest; /* of since */
    const struct plain_thing *
        thing; /* what is proven of the first, and of the others likewise; NULL: nothing is known */
};

struct groups {
    const struct listing *listing;
    struct group *all;         /* most first, then oldest */
    size_t length, room, last; /* last: where the last one went */
    uint64_t of_kind[CENSUS_KINDS];
    bool short_of_memory;
    struct closable closable;
};

/* False: no memory. Either way listing_groups_free() may follow. */
bool listing_gather(struct groups *groups, const struct listing *listing);
void listing_groups_free(struct groups *groups);

/* "timer handle", "write request", "pipe descriptor", "thread". */
void group_noun(const struct group *group, char *noun, size_t size);

/* How many of the frames of who made it are the program's. */
size_t group_depth(const struct groups *groups, const struct group *group);

struct standing {
    const void *frames[16];
    size_t depth;
};

/* Where the first of them stands now, of threads; the others were made like it. */
struct standing group_standing(const struct group *group);
