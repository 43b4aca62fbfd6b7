/* What a leak looks like to who does not know it yet, and which pairs look like that: by what the catalog expects
 * of each, and, of what it does not say, by what was measured. */
#pragma once

#include "page/edition.h"

enum symptom_seen { SEEN_DUMP, SEEN_METRIC, SEEN_USER, SEEN };

struct symptom {
    enum symptom_seen seen; /* by what */
    char id[40];            /* for anchors: small letters, digits and '-' */
    char words[160];        /* with code between backticks */
    const char *hint;       /* where to look, likewise; or "" */
};

/* "In a dump or a profile" */
const char *symptom_seen_text(enum symptom_seen seen);

/* The symptom of this number, from 0 on; false where there is none any more. */
bool symptom_at(struct symptom *symptom, size_t number);

/* Whether a pair looks like that. */
bool symptom_fits(size_t number, const struct edition_pair *pair);

/* Whether any of them does. */
bool symptom_is_any(size_t number, const struct edition *edition);
