/* Any dump, by what it is and not by what it is called. */
#pragma once

#include "dumps/dump.h"

/* A log may have several dumps in it, one after another. */
struct dumps {
    struct dump *all;
    size_t length, room;
};

/* Reads compressed bytes (gzip), a pprof profile, JSON, and text. Adds what there is to *dumps, which begins empty or
 * has some already. False where there is none, with a line in error that says what is wrong. */
bool dumps_read(const char *bytes, size_t length, struct dumps *dumps, char *error, size_t size);

void dumps_free(struct dumps *dumps);

/* No dump is larger, compressed or not. */
enum { DUMP_MOST = 256 << 20 };
