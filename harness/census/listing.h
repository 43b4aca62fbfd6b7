/* The census, printed: what was made by one stack, is of one type and in one state is told together, most of it first.
 *
 * What has grown between two of them: two files as JSON and diff_write() (profile/diff.h), or two for `go tool pprof -base`. What
 * was made since a moment and is there still: census_mark() then, and its mark as `since`. */
#pragma once

#include "census/listing_wish.h"
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* `summary`, `json`, ..; and back: LISTING_FORMATS where there is none of that name. */
const char *listing_format_name(enum listing_format format);
enum listing_format listing_format_called(const char *name);

/* Returns how many handles, requests, descriptors and threads were told. Where memory is short -1 with errno; what the stream meets
 * stays in it. Handles that were freed without being closed can not be told from those that are there: libuv reads them too,
 * and neither may. */
long listing_write(const struct listing *listing, FILE *out);

/* How many there are, of all but the format the same; and bytes queued in streams and sockets. False: no memory. */
struct listing_counts {
    uint64_t of_kind[CENSUS_KINDS], of_type[CENSUS_TYPES]; /* the latter of handles */
    uint64_t queued;
};
bool listing_count(const struct listing *listing, struct listing_counts *counts);

#ifdef __cplusplus
}
#endif
