/* What a request may leave that is neither task nor timer, kind by kind, and how each is called: contexts and channels, and
 * of plain C handles by type, libuv's requests in flight, queued bytes, descriptors, threads. Results, pages, citations and
 * the catalog's words all take them from here. */
#pragma once

#include "probe/gauges.h"

enum {
    LEFT_CONTEXTS,
    LEFT_CHANNELS,
    LEFT_HANDLES, /* the first of HANDLE_TYPES, by uv_handle_type */
    LEFT_REQUESTS = LEFT_HANDLES + HANDLE_TYPES,
    LEFT_QUEUED,
    LEFT_DESCRIPTORS,
    LEFT_THREADS,
    LEFT_KINDS
};

/* How many of a kind. */
uint64_t left_kind_count(const struct counts *counts, int kind);
uint32_t left_kind_expected(const struct expectation *expected, int kind);

/* Whether a request leaves any of these. */
bool left_kinds_any(const struct expectation *expected);

enum { LEFT_KIND = 48 };

/* "timer handle", or of more than one "timer handles"; "request in flight", "bytes queued". */
const char *left_kind_words(char text[LEFT_KIND], int kind, bool one);

/* Its name in JSON and in tables: "timer_handles", "requests_in_flight"; "" of a type of handle that this libuv has not. */
const char *left_kind_key(char text[LEFT_KIND], int kind);
