/* What a proof says of handles and threads (proof/plain.h): whether anybody can still close one, or wake it. Private to census/.
 *
 * Where no proof is linked into the program, nothing is asked. */
#pragma once

#include "census/entry.h"
#include "proof/plain.h"

struct closable {
    struct plain_question question; /* its things by mark */
    const char *refused;            /* why nothing is known; NULL where it is */
    bool is_asked;
};

/* Asks of all that there is, before anybody takes a pointer to some of it. To be given to closable_free(). */
void closable_ask(struct closable *closable);
void closable_free(struct closable *closable);

/* NULL: nothing is known of this one. */
const struct plain_thing *closable_of(const struct closable *closable,
                                      const struct census_entry *entry);

/* "proven: nobody can close it, but by uv_walk()", for so many of which `thing` is the first; "": there is nothing to say. */
void closable_say(const struct closable *closable, const struct plain_thing *thing, uint64_t count,
                  char *text, size_t size);

/* `proven`, `live`, `reachable`, `unknown`. */
const char *closable_word(const struct plain_thing *thing);
