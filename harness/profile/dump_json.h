/* The profile as JSON, by the schema in dump.schema.json. */
#pragma once

#include "profile/collect.h"
#include "profile/peers.h"
#include "profile/timers.h"
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What the dump is of, where that is known: all may be NULL or 0. */
struct dump_subject {
    const char *id, *variant; /* of a pair in the catalog */
    uint64_t requests;        /* served before the dump */
};

/* Writes group by group: no more than one is in memory as JSON. peers and timers may be
 * NULL: they are left out then. 0, or -1 with errno; errors of the stream stay in it: ferror(). */
int dump_json_write(const struct profile *p, const struct peers *peers, const struct timers *timers,
                    const struct dump_subject *subject, FILE *out);

#ifdef __cplusplus
}
#endif
