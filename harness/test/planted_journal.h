/* Journals of campaigns with planted costs: two sides of one machine, was and is, ten processes each of row/a, row/b,... */
#pragma once

#include "test/support.h"

#include <stdio.h>

enum { PLANTED_PROCESSES = 10 };

static inline FILE *planted_journal(const char *path)
{
    FILE *out = fopen(path, "we");
    assert_non_null(out);
    fputs("{\"type\": \"campaign\", \"schema\": 1, \"command\": \"x\", \"design\": {\"sides\": "
          "[{\"name\": \"was\"}, {\"name\": \"is\"}]}}\n",
          out);
    for (int side = 0; side < 2; side++)
        fprintf(out,
                "{\"type\": \"context\", \"side\": %d, \"context\": {\"num_cpus\": 2, \"date\": "
                "\"2026-01-31T00:30:00+01:00\", \"processor\": \"Planted 1\"}}\n",
                side);
    return out;
}

/* cost: nanoseconds */
static inline void planted_process(FILE *out, int side, int invocation, int row, double cost)
{
    fprintf(out,
            "{\"type\": \"process\", \"side\": %d, \"build\": 0, \"invocation\": %d, \"row\": "
            "\"row/%c\", \"noisy\": false, \"runs\": [{\"name\": \"row/%c\", \"run_name\": "
            "\"row/%c\", \"run_type\": \"iteration\", \"cpu_time\": %.9g, \"real_time\": 1, "
            "\"time_unit\": \"ns\"}]}\n",
            side, invocation, 'a' + row, 'a' + row, 'a' + row, cost);
}
