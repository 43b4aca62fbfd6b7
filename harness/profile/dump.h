/* A dump in one call: collects, finds peers where the format tells them, writes. */
#pragma once

#include "profile/collect.h"
#include "profile/dump_json.h"
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FOR_EACH_DUMP_FORMAT(X)                                                                    \
    X(DUMP_SUMMARY, "summary")                                                                     \
    X(DUMP_TEXT, "text")       /* debug=1 */                                                       \
    X(DUMP_GO_TEXT, "go-text") /* the same, for `go tool pprof` */                                 \
    X(DUMP_FULL, "full")       /* debug=2 */                                                       \
    X(DUMP_JSON, "json")                                                                           \
    X(DUMP_PPROF, "pprof")                                                                         \
    X(DUMP_FOLDED, "folded")                                                                       \
    X(DUMP_SVG, "svg")

enum dump_format {
#define X(name, text) name,
    FOR_EACH_DUMP_FORMAT(X)
#undef X
        DUMP_FORMATS
};

/* `summary`, `text`, ...; and back: DUMP_FORMATS where there is none of that name. */
const char *dump_format_name(enum dump_format format);
enum dump_format dump_format_called(const char *name);

/* Whether a proof is asked which of the tasks nobody can ever wake; where none is linked in, or it refuses, the dump
 * says so. */
enum dump_proof {
    DUMP_UNPROVEN,
    DUMP_PROVEN,
    DUMP_LEAKED, /* and only those are shown */
};

struct dump {
    enum dump_format format;
    profile_filter *filter; /* NULL takes all tasks */
    void *arg;
    const struct dump_subject *subject; /* NULL where nothing is known */
    enum dump_proof proof;
};

/* Writes and flushes. No task runs meanwhile; from inside of a task or outside. Returns 0, or -1
 * with errno: memory, or what the stream met (ENOSPC, EPIPE, ...). */
int dump_write(const struct dump *dump, FILE *out);

/* The same as text in memory, to be freed; NULL and errno where that fails. */
char *dump_text(const struct dump *dump);

#ifdef __cplusplus
}
#endif
