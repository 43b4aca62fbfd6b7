/* Where a command writes: standard output, or a file that is there whole or as it was before. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct output {
    FILE *out;
    char *path, *unfinished; /* NULL: written as it comes */
};

/* path NULL or "-": standard output. A device or a pipe is written as it comes; a file under another name beside
 * it. False: *why. */
bool output_open(struct output *output, const char *path, char *why, size_t size);

/* Closes it and gives the file its name. False where something was not written: the file is as it was; *why. */
bool output_finish(struct output *output, char *why, size_t size);

/* Leaves the file as it was. */
void output_abandon(struct output *output);
