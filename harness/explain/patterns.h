/* Which pattern of the catalog a waiting place looks like: by what it waits for, and by its shape. */
#pragma once

#include "catalog.h"
#include "dumps/sites.h"

struct likeness {
    const struct pair *pair;
    double share; /* of all that it may be: 0 to 1 */
};

enum { LIKENESSES = 3 };

/* The likeliest first. Returns how many there are, none for what is said to wait for nothing known. */
size_t patterns_like(const struct dump *dump, const struct own *own, const struct site *sites,
                     size_t length, size_t number, struct likeness best[LIKENESSES]);

/* How sure that is, in a word. */
const char *likeness_text(const struct likeness *likeness);
