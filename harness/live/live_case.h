/* The parent's side of one half: its process, what is seen of it, and what it says. */
#pragma once

#include "live/live_looks.h"
#include "live/live_questions.h"
#include "probe/outcome.h"
#include <uv.h>

enum live_state {
    LIVE_IDLE,
    LIVE_STARTING, /* warm-up and baseline */
    LIVE_RUNNING,
    LIVE_STOPPING, /* drain and settle */
    LIVE_SETTLED,
    LIVE_DEAD,
    LIVE_ENDING, /* by us: idle as soon as the process has gone */
};

struct live_case {
    enum variant variant;
    enum live_state state;
    struct outcome outcome; /* its gauges are mapped while state is not LIVE_IDLE */
    struct looks looks;
    struct live_look last;
    int64_t memory_limit;     /* bytes; 0: none */
    int64_t timeout;          /* nanoseconds, to start, to answer and to settle */
    char ending[256];         /* how it died */
    bool let_go;              /* died because nobody wanted it any more */
    bool judged;              /* had settled before it died */
    uint64_t since, moved_at; /* uv_now(), when it came into its state, and last sent a request */
    void (*changed)(struct live_case *c, void *arg);
    void *arg;
    /* The process. */
    uv_process_t process;
    uv_pipe_t stream, said;
    unsigned handles; /* not closed yet */
    bool alive;       /* the process */
    struct memory_watch watch;
    struct live_questions questions;
};

/* A process that can be looked at and asked. */
bool live_case_is_there(const struct live_case *c);

/* Starts the process. False: `ending` says why. changed is told when the state changes. The memory
 * limit is in bytes, the timeout in nanoseconds. */
bool live_case_start(struct live_case *c, const struct pair *pair, enum variant variant,
                     const struct settings *settings, int64_t memory_limit, int64_t timeout);

/* Takes a look, and kills it where its resident set is over the limit, or it does not come to start
 * or to settle in time. What has not been answered in time is given up. */
void live_case_look(struct live_case *c);

/* Milliseconds for which it has sent no request, though it should. */
uint64_t live_case_silence(const struct live_case *c);

/* The order is answered later, or at once where there is nobody to ask. */
void live_case_ask(struct live_case *c, enum live_order order, live_answered *answered, void *arg);

/* Nobody wants that answer any more. */
void live_case_forget(struct live_case *c, const void *arg);

/* Drains, settles and counts; then the state is LIVE_SETTLED. */
void live_case_stop(struct live_case *c);

/* Ends the process, and keeps what was seen: the words say why nobody wants it any more. */
void live_case_let_go(struct live_case *c, const char *why);

/* Ends the process, and frees what was seen; state becomes LIVE_IDLE when it has gone. */
void live_case_end(struct live_case *c);
