/* Tasks that do one channel operation, for tests of who waits and who goes on. */
#pragma once

#include "test/support.h"

#include "task/chan.h"

/* A task that does one operation and notes its name when that is done. */
struct operation {
    struct chan *chan;
    const char *name;
    int value;
    bool ok;
};

static inline void send_one(void *arg)
{
    struct operation *o = arg;
    chan_send(o->chan, &o->value);
    note("%s", o->name);
}

static inline void recv_one(void *arg)
{
    struct operation *o = arg;
    o->ok = chan_recv(o->chan, &o->value);
    note("%s=%d%s", o->name, o->value, o->ok ? "" : "!");
}

static inline void send_values(struct chan *c, int first, int last)
{
    for (int value = first; value <= last; value++)
        chan_send(c, &value);
}

static inline int receive(struct chan *c)
{
    int value = -1;
    assert_true(chan_recv(c, &value));
    return value;
}
