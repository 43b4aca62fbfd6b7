/* The names of a summary's figures in JSON, for writing and for reading. */
#pragma once

#include "result/summary.h"

enum { SUMMARY_SCHEMA = 1 };

struct summary_field {
    const char *name;
    size_t offset;
};

extern const struct summary_field death_fields[];    /* doubles of struct death_figures */
extern const struct summary_field run_fields[];      /* doubles of struct run_figures */
extern const struct summary_field estimate_fields[]; /* estimates of struct measured */
extern const size_t run_field_count, death_field_count, estimate_field_count;
