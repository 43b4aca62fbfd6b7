/* A record as a result keeps it. */
#pragma once

#include "record/recorded.h"

/* Writes the record at `from` to the new file `to`, compressed and synced, line by line as it is up
 * to its last whole line, but for the latencies: in their place, and before the end of each case,
 * {"type":"latency_quantiles","case":0,"count":100000,"ns":[..]} with 1001 of them, at every
 * thousandth of all requests; null where so many did not return. False: *why says what stands
 * against it. */
bool reduce_record(const struct recorded *recorded, const char *from, const char *to, char *why,
                   size_t size);

/* The same of a record of another kind: every line as it is, up to the last whole one. */
bool reduce_nothing(const char *from, const char *to, char *why, size_t size);
