/* Cases run, told of on the terminal as they end, recorded, and tabled. */
#pragma once

#include "command/command.h"
#include "probe/outcome.h"

struct measuring {
    struct outcome *cases; /* to run, in this order */
    size_t length;
    const char *json; /* path of the record, or NULL */
    int argc;
    char **argv; /* the command as typed */
    uint64_t seed;
    double looks_per_second;
    int64_t time_limit; /* of a case, in nanoseconds */
    bool grid; /* repetitions or several settings: a table of all of them, with intervals */
};

/* The command's exit status. */
int measure(const struct measuring *measuring);
