/* Channels and contexts that are alive, by the line that made them: also those that nobody waits for. */
#pragma once

#include "profile/symbol.h"
#include "task/inspect.h"
#include <stdio.h>

/* Lines told; what stands behind them is summed up. */
enum { MADE_SHOWN = 32 };

struct made_group {
    size_t count;
    enum made_kind kind;
    const void *at; /* return address into whoever made them; NULL: not known */
};

struct made_groups {
    size_t length, omitted;               /* omitted: of both kinds, in lines beyond these */
    struct made_group groups[MADE_SHOWN]; /* most first */
};

/* Takes no memory. */
void made_collect(struct made_groups *made);

/* "channel", "context". */
const char *made_kind_text(enum made_kind kind);

/* A line a group, each behind the prefix: `3 channels made at FILE:LINE in FUNCTION`. */
void made_write(const struct made_groups *made, const char *prefix, FILE *out);
