/* A sheet: a table for other programs, with typed columns, as CSV (RFC 4180, UTF-8, a line feed at each row's end).
 *
 * Texts may come from outside: what steers a terminal is written as its number, and a text that a spreadsheet would
 * take for a formula gets an apostrophe before it. What is not known is an empty cell; what never came is INF.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The types are those of Table Schema. */
struct sheet_column {
    char name[48];
    const char *type,
        *words; /* "string", "number", "integer" or "boolean"; what it is, with its unit */
};

struct sheet {
    const char *name, *title; /* "pairs", "What each request leaves behind" */
    size_t column_count, rows;
    struct sheet_column *columns;
    char *csv;
};

struct sheets {
    size_t count;
    struct sheet *all;
    bool failed; /* no memory: what is there is not all */
};

void sheets_free(struct sheets *sheets);

/* One that is being written: first its columns, then the cells of each row, from left to right. */
struct sheet_writer;

/* NULL: no memory. What follows may be called with it. */
struct sheet_writer *sheet_begin(const char *name, const char *title);

/* The name is printf()'s. type and words stay the caller's. */
void sheet_column(struct sheet_writer *writer, const char *type, const char *words,
                  const char *name, ...) __attribute__((format(printf, 4, 5)));

void sheet_text(struct sheet_writer *writer, const char *text); /* NULL: an empty cell */
void sheet_number(struct sheet_writer *writer, double value);   /* NAN: an empty cell */
void sheet_integer(struct sheet_writer *writer, int64_t value);
void sheet_yes(struct sheet_writer *writer, bool yes);

/* Adds it, where it has any row. The writer is gone. */
void sheet_end(struct sheet_writer *writer, struct sheets *sheets);
