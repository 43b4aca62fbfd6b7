/* Growth between two dumps in JSON, by place: where tasks are parked and where they were made. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A place with this many tasks that grew is named as a suspect. So do leak finders in production:
 * a pool stays, and what is small may be load; what is large and grows is looked at. */
#define DIFF_THRESHOLD 1000

enum { DIFF_ERROR = 512 };

struct diff {
    const char *before, *after; /* paths of the dumps */
    uint64_t threshold;
    bool json;
};

/* Writes what grew, per second and per request as far as the dumps tell, largest growth first, and
 * which places are suspects; in words, or as JSON:
 *   {"schema":1, "before":{"path","tasks","time_ns","requests"}, "after":{..}, "threshold", "suspects",
 *    "places":[{"place","before","after","grown","per_second","per_request","suspect"}]}
 * with null for what the dumps do not tell. *suspects is how many. Returns 0, or -1 with the reason in one line in
 * error. Errors of the stream stay in it: ferror(). */
int diff_write(const struct diff *diff, FILE *out, size_t *suspects, char error[DIFF_ERROR]);

#ifdef __cplusplus
}
#endif
