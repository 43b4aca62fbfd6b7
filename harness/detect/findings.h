/* Reports of other tools, read: how many findings are in one, and which line it names. */
#pragma once

#include <stdint.h>

/* The first place in the sample that a report names, "leaks/io/half_closed.c:12", to be freed; "" where it names
 * none; NULL where there is no memory. */
char *findings_place(const char *report, const char *sample);

int64_t findings_sanitizer(const char *report);
int64_t findings_valgrind(const char *report);
int64_t findings_descriptors(const char *report);

/* Threads that ThreadSanitizer calls leaked; those of one place it tells of once, with their number. */
int64_t findings_threads(const char *report);

/* Of what program/served_plain.c prints: whether uv_loop_close() said EBUSY, and handles that uv_print_all_handles()
 * lists. -1: it is no such report. */
int64_t findings_close(const char *report);
int64_t findings_handles(const char *report);

/* Of gcc's diagnostics as JSON: those of a kind with "leak" in its name. place: receives the first one's line, 0 where
 * there is none. -1: it is no such report. */
int64_t findings_analyzer(const char *report, int64_t *place);

/* Of `go vet -json`: those in the file of this path's end. */
int64_t findings_vet(const char *report, const char *file, int64_t *place);
