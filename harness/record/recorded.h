/* A record, read back: record/record_format.h says what is in one. Nothing of it is trusted. */
#pragma once

#include "record/recorded_case.h"

/* A sample's text, as it was when this was measured. */
struct recorded_source {
    char *path, *text;
};

struct recorded {
    json_t *header;
    size_t case_count, case_capacity, source_count;
    struct recorded_case *cases; /* in the order in which they began */
    struct recorded_source *sources;
    bool closed;
    int64_t interrupted_by; /* a signal's number, or 0 */
    char cut[256];          /* one line on where the record stops short, or "" */
};

/* Reads a record, compressed or not. One that was cut off is read up to its last whole line, and
 * recorded->cut says so. NULL where it is none, is damaged, or was written by a newer leaklab: *why
 * is one line that names the file and the line. The caller frees it by recorded_free(). */
struct recorded *recorded_read(const char *path, char *why, size_t size);
void recorded_free(struct recorded *recorded);

/* The text of the sample at this path, or NULL. */
const char *recorded_source(const struct recorded *recorded, const char *path);
