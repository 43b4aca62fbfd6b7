/* Under which conditions a record came about: its header, in rows for people. */
#pragma once

#include <jansson.h>
#include <stddef.h>

struct about_row {
    const char *name;
    char *value;
};

/* The rows that are known, in a fixed order, commit and command first; *count of them. The caller
 * frees them by about_free(). NULL where there is no memory. */
struct about_row *about_rows(const json_t *header, size_t *count);
void about_free(struct about_row *rows, size_t count);

/* The command as it could be typed again. The caller frees it. */
char *about_command(const json_t *header);

/* "AMD EPYC, 2 cores, Linux 6.18". The caller frees it. */
char *about_machine(const json_t *header);

/* The day, as "2026-01-31"; "" where it is not known. */
const char *about_day(const json_t *header, char day[11]);

/* The version of a library that was used, or "". */
const char *about_library(const json_t *header, const char *name);

/* The commit, with "-dirty" behind where the tree had changes. */
const char *about_commit(const json_t *header, char commit[32]);
