/* Any counted stacks as pprof reads them: gzip-compressed profile.proto, complete without the binary. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { PPROF_TYPES = 2 }; /* at most so many values a sample */

struct pprof_type {
    const char *name, *unit;
};

struct pprof_label {
    const char *key, *value;
};

struct pprof_sample {
    const void *const *frames; /* return addresses, leaf first; at most PROFILE_DEPTH are kept */
    size_t depth;
    const int64_t *values; /* one a type */
    const struct pprof_label *labels;
    size_t label_count;
};

struct pprof_stream;

/* The last type is the one that `go tool pprof` shows unless it is told another. NULL with errno: no memory. Errors of the stream stay in it: ferror(). */
struct pprof_stream *pprof_begin(const struct pprof_type *types, size_t count, FILE *out);

/* Written at once: nothing of the sample is kept, but one entry a distinct text, function, address and module. */
void pprof_add(struct pprof_stream *stream, const struct pprof_sample *sample);

/* Writes the end, and frees it. 0, or -1 with errno where memory was short. */
int pprof_end(struct pprof_stream *stream);
