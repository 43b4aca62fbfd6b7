/* What the live cases are started with. */
#pragma once

#include "catalog.h"
#include "probe/gauges.h"

struct live_settings {
    struct settings cases; /* but for the rate, which the page sets */
    /* A sample's text, and where it stands. */
    void (*source)(const struct pair *pair, enum variant variant, const char **path,
                   const char **text);
};
