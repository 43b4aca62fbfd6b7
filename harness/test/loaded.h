/* A case under load on the virtual clock, for tests of load and of its meter. */
#pragma once

#include "test/support.h"

#include "load/selection.h"
#include "task/chan.h"
#include "task/ctx.h"

/* The first requests of the case return, later ones never do. */
static inline void some_never_return(struct ctx *request)
{
    static int number;
    (void)request;
    enum { WARM_UP = 10, RETURN = 60 };
    if (++number > WARM_UP + RETURN)
        chan_recv(NULL, NULL);
}

static inline struct settings virtually(void)
{
    struct settings settings = settings_default();
    settings.virtual_clock = 1;
    settings.baseline = 0;
    settings.warm_up = 10;
    return settings;
}
