/* Where handles, descriptors and threads were made, gathered without allocating; named later, when it may cost. */
#pragma once

#include "probe/gauges.h"

enum { PLAIN_PLACES = 48 };

/* What was made by one stack, and is in one state. */
struct plain_place {
    enum kind kind;
    uint32_t stack;
    char what[sizeof((struct object_group *)0)->what];
    const void *at;
    uint64_t count;
};

struct plain_places {
    size_t length;
    struct plain_place places[PLAIN_PLACES];
};

/* What has this mark or a later one. */
void plain_places_since(struct plain_places *places, uint32_t mark);

/* Fills *objects, most of them first. Of `less` as many are left out as are of the same place; or NULL. */
void plain_places_name(const struct plain_places *places, const struct plain_places *less,
                       struct objects *objects);

/* FILE:LINE where most of this kind were made, into text; "" where that is not known. Takes memory. */
void plain_places_say_most(const struct plain_places *places, enum kind kind, char *text,
                           size_t size);
