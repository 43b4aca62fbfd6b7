/* What `leaklab watch` says. */
#pragma once

#include "report/terminal.h"
#include "watch/series.h"
#include "watch/watch.h"

/* The latest look, in a line; on a terminal the next one overwrites it. */
void watch_tell_look(const struct terminal *t, const struct watch *watch);

/* The verdict, how fast it grows, and which stacks did. memory_limit in bytes; 0: none. */
void watch_tell_end(const struct terminal *t, struct watch *watch, enum watch_verdict verdict,
                    uint64_t memory_limit);

/* How a program that we started has ended by itself: as waitpid() says it. */
void watch_tell_ending(const char *program, int status);

/* Of a series from a file: how it grows, and when it meets the limit. Returns whether it grows. */
bool watch_tell_series(const struct terminal *t, const struct series_read *series, const char *name,
                       uint64_t limit);
