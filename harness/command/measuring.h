/* A measurement: the cases of a plan run in the lab, are recorded, judged and told of as they end, and
 * tabled. */
#pragma once

#include "command/command.h"
#include "command/run_plan.h"

struct measuring {
    const struct run_plan *plan;
    const char *json; /* path of the record ("-": standard output), or NULL */
    int argc;
    char **argv; /* the command as typed */
    uint64_t seed;
    double looks_per_second;
    bool grid; /* repetitions or several settings: a table of all of them, with intervals */
};

/* The command's exit status. */
int measure(const struct measuring *measuring);
