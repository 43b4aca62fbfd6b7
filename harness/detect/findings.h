/* How many findings are in a report of each tool; for the detectors, and for their tests. */
#pragma once

#include <stdint.h>

int64_t detect_sanitizer_findings(const char *report);
int64_t detect_valgrind_findings(const char *report);
int64_t detect_descriptor_findings(const char *report);

/* Of gcc's diagnostics as JSON: those of a kind with "leak" in its name. place: receives the first one's line, 0 where
 * there is none. -1: it is no such report. */
int64_t detect_analyzer_findings(const char *report, int64_t *place);

/* Of `go vet -json`: those in the file of this path's end. */
int64_t detect_vet_findings(const char *report, const char *file, int64_t *place);
