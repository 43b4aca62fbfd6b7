/* What is said on the terminal while cases are measured. */
#pragma once

#include "probe/verdict.h"
#include "report/terminal.h"

struct telling {
    struct terminal terminal;
    size_t length;               /* cases */
    int id_width, variant_width; /* columns */
};

/* out: standard output, or where a record goes there standard error. */
struct telling telling_start(const struct outcome *cases, size_t length, FILE *out);

/* Before the first one, where they take so long (in nanoseconds) that it is worth a line. */
void telling_time(const struct telling *telling, int64_t time);

/* How far a case is: a line that the next one overwrites. number: of the case, from 0. */
void telling_look(const struct telling *telling, size_t number, const struct outcome *outcome,
                  const struct sample *sample);

/* How it ended: its verdict, what stands behind it, and of one under a memory limit its death. */
void telling_end(const struct telling *telling, size_t number, const struct outcome *outcome,
                 const struct verdict *verdict);

/* What a case has said itself, and what is wrong with the measuring: to standard error. */
void telling_pass_on(const struct telling *telling, const char *said, size_t length);
void telling_warn(const struct telling *telling, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Before the table, and after it. interrupted: by this signal, or 0. */
void telling_space(const struct telling *telling);
void telling_sum(const struct telling *telling, size_t right, int interrupted);
