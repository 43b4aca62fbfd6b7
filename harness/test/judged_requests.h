/* What a request does in more than one test of verdicts. */
#pragma once

#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"

static inline void nothing(struct ctx *request)
{
    (void)request;
}

/* For go(): drops its reference at the end. */
static inline void wait_for_ever(void *arg)
{
    struct chan *c = arg;
    defer(chan_drop, c);
    chan_recv(c, NULL);
}
enum { WAIT_LINE = __LINE__ - 2 };
#define WAIT_FILE "harness/test/judged_requests.h"

static inline void leak_receiver(struct ctx *request)
{
    (void)request;
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    go(wait_for_ever, chan_ref(c));
}
