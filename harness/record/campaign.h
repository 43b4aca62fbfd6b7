/* The journal of a campaign (`leaklab campaign`), read back with nothing trusted: a line of JSON for each
 * process that was measured, written and synced as soon as it ended. A journal that was cut off anywhere is
 * as good as its whole lines.
 *
 *   {"type": "campaign", "schema": 1, "design": {..}, ..}   first
 *   {"type": "context", "side": 0, "context": {..}}         of a side, as google-benchmark tells it
 *   {"type": "plan", "repetitions": {ROW: N, ..}}           what the pilot has found
 *   {"type": "process", "side": 0, "build": 1, "invocation": 7, "row": .., "noisy": false, "runs": [..]}
 *   {"type": "end", "self_check": {..}}                     each time a campaign came to its end
 *
 * What is noisy is measured again: of lines on end with one place (side, row and invocation) the last one counts.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct campaign {
    json_t *header, *contexts, *plan, *processes, *end; /* plan, end: NULL: none. Arrays of lines */
    bool cut;                                           /* its last line is not whole */
};

/* Whether what is at this path begins as one. */
bool campaign_begins(const char *path);

/* False: it is none, or damaged; *why is one line that names the file. */
bool campaign_read(struct campaign *campaign, const char *path, char *why, size_t size);
void campaign_free(struct campaign *campaign);

/* Whether the process of this number was flagged, and measured again by the next one. */
bool campaign_was_repeated(const struct campaign *campaign, size_t number);

/* As a report of google-benchmark, whose runs tell their build and invocation (and, where there are several,
 * their side, which then stands before the name). NULL: no memory, or nothing was measured yet. */
json_t *campaign_report(const struct campaign *campaign);

/* The sides of such a report, by name; NULL: it has one alone, or is no campaign's. */
const json_t *campaign_sides(const json_t *report);

/* What is of one side, under its names without the side. NULL: no memory. */
json_t *campaign_of_side(const json_t *report, const char *side);
