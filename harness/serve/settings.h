/* What a service is started with. */
#pragma once

#include "catalog.h"
#include <stdbool.h>
#include <stdint.h>

struct extension;

/* Times in nanoseconds. */
struct serve_settings {
    const struct pair *pair; /* what GET /work runs; NULL: nothing, the page alone is served */
    enum variant variant;
    const char *listen;     /* ADDRESS:PORT; port 0 takes a free one */
    const char *hosts;      /* names that it goes by, besides, with commas in between; or NULL */
    bool debug;             /* whether /debug/pprof/ is there */
    unsigned connections;   /* at most so many at once; more wait to be accepted */
    int64_t deadline;       /* of a request: its context is cancelled then */
    int64_t grace;          /* how much longer a cancelled handler has until it is given up */
    int64_t client_timeout; /* to send a whole request, and to take a whole answer */
    int64_t drain;          /* how long to wait at the end for tasks to go */
    int64_t recover;        /* what is proven to be leaked ends after each such time; 0: never */
    uint64_t memory_limit;  /* bytes of resident set, at which the service is killed; 0: none */
    int64_t unwatched;      /* how long a run of the page goes on that no page watches */
    int64_t case_timeout;   /* for a case of the page to start, to answer, and to settle */
    const struct extension *extension; /* what is served beside the service's own paths */
};

/* All but the extension, which is the caller's to give. */
struct serve_settings serve_settings_default(void);
