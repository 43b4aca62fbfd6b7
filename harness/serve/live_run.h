/* The run behind the live page. Private to live*.c. */
#pragma once

#include "serve/live.h"
#include "serve/live_case.h"
#include "serve/stream.h"

struct live_wish {
    const struct pair *pair; /* NULL: no run */
    double rate;             /* requests per second */
    int64_t memory_limit;    /* bytes, of each case */
};

struct live {
    struct server *server;
    struct streams streams;
    struct live_case cases[VARIANTS];
    struct live_wish run, next; /* what runs, or ran last; and what shall run when it has ended */
    bool paused, ending;
    double steered_at; /* seconds since the run began: load is the same since then */
    uv_timer_t sampler;
    bool sampler_open;
    unsigned tick;
};

/* Texts for the page, malloc'ed; NULL where there is no memory. */
char *live_json_state(const struct live *live);
char *live_json_looks(const struct live *live);   /* the latest of each case */
char *live_json_history(const struct live *live); /* all that are kept */
char *live_json_verdicts(const struct live *live);
char *live_json_pairs(const struct live *live);
char *live_json_source(const struct live *live, const struct pair *pair);

struct live_case *live_case_named(struct live *live, const char *variant);
