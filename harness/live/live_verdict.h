/* What can be said of a running case so far, in words, firming up as looks come in. */
#pragma once

#include "live/live_case.h"

struct live_verdict {
    const char *kind; /* early, leak, grows, unsure, clean, dead, ended: for the page's colours */
    char words[704];
    double seconds_left; /* until the memory limit is met, at this growth; NAN: not to be said */
};

/* from_second: looks before it were taken under another load, and do not count. rate: what the load is
 * now, or was before it was paused. */
struct live_verdict live_verdict_of(const struct live_case *c, double from_second, double rate);
