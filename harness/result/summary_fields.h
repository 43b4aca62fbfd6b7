/* The names of a summary's figures in JSON, for writing and for reading. */
#pragma once

#include "result/summary.h"

/* Schema 1 had a slope for bytes_per_request, and nothing of summary_fields.c that is told apart. */
enum { SUMMARY_SCHEMA = 2, SUMMARY_NOT_APART = 1 };

struct summary_field {
    const char *name;
    size_t offset;
};

extern const struct summary_field death_fields[];    /* doubles of struct death_figures */
extern const struct summary_field run_fields[];      /* doubles of struct run_figures */
extern const struct summary_field estimate_fields[]; /* estimates of struct measured */
extern const size_t run_field_count, death_field_count, estimate_field_count;
