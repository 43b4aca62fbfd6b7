/* Other programs, run for what they print: no shell between, and the locale C. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Runs argv (found along PATH) in the directory, NULL for the current one, with `input` on its
 * standard input (NULL: nothing). Returns what it printed, which the caller frees, where it ended
 * with status 0; else NULL, and *why says in one line what it said, or that it is not there. */
char *program_run(const char *const *argv, const char *directory, const char *input, char *why,
                  size_t size);
