/* The parent's side of one half: its process, what is seen of it, and what it says. */
#pragma once

#include "probe/growth.h"
#include "probe/outcome.h"
#include "serve/live_child.h"
#include <uv.h>

struct live;
struct live_case;

/* One look, thinned out for a page: as many as a screen has columns. */
struct live_look {
    double seconds; /* since the case began */
    uint64_t tasks, requests, finished, timers;
    int64_t rss;
    double p99; /* seconds; INFINITY: of 100 requests more than one never returns; NAN: none yet */
};

enum { LOOKS_MOST = 480 };

struct looks {
    struct live_look at[LOOKS_MOST];
    size_t length;
    unsigned every, skipped; /* of so many looks one is kept */
};

enum live_state {
    LIVE_IDLE,
    LIVE_STARTING, /* warm-up and baseline */
    LIVE_RUNNING,
    LIVE_STOPPING, /* drain and settle */
    LIVE_SETTLED,
    LIVE_DEAD,
    LIVE_ENDING, /* by us: idle as soon as the process has gone */
};

/* Told the answer to an order; text is NULL where the case has gone or has no memory, and belongs
 * to the case. */
typedef void live_answered(void *arg, const char *text, size_t length);

struct live_question {
    struct live_question *next;
    enum live_order order;
    live_answered *answered;
    void *arg;
};

struct live_case {
    enum variant variant;
    enum live_state state;
    struct outcome outcome; /* its gauges are mapped while state is not LIVE_IDLE */
    struct looks looks;
    struct live_look last;
    int64_t memory_limit; /* bytes; 0: none */
    char ending[256];     /* how it died */
    void (*changed)(struct live_case *c, void *arg);
    void *arg;
    /* The process. */
    uv_process_t process;
    uv_pipe_t stream, said;
    unsigned handles; /* not closed yet */
    bool alive;       /* the process */
    struct memory_watch watch;
    struct live_question *asked, **asked_last; /* in order */
    struct live_answer head;                   /* being read */
    size_t head_length, body_length;
    char *body;
};

/* A process that can be looked at and asked. */
bool live_case_is_there(const struct live_case *c);

/* Starts the process. False: `ending` says why. changed is told when the state changes. */
bool live_case_start(struct live_case *c, const struct pair *pair, enum variant variant,
                     const struct settings *settings, int64_t memory_limit);

/* Takes a look, and kills it where its resident set is over the limit. */
void live_case_look(struct live_case *c);

/* The order is answered later, or at once where there is nobody to ask. */
void live_case_ask(struct live_case *c, enum live_order order, live_answered *answered, void *arg);

/* Nobody wants that answer any more. */
void live_case_forget(struct live_case *c, void *arg);

/* Drains, settles and counts; then the state is LIVE_SETTLED. */
void live_case_stop(struct live_case *c);

/* Ends the process, and frees what was seen; state becomes LIVE_IDLE when it has gone. */
void live_case_end(struct live_case *c);
