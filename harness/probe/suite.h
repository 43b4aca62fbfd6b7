/* A program of benchmarks as a child: run for what it prints, and asked for one row.
 *
 * By google-benchmark's options; no shell between, and nothing on standard input.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct suite_said {
    char *text;    /* standard output, which the caller frees; NULL: no memory */
    size_t length; /* bytes of it, and a 0 behind them */
    int status;    /* as waitpid() has it */
};

/* Runs argv[0] to its end, in this environment with these variables more ("NAME=VALUE", NULL behind the last;
 * NULL: none). False with errno where it can not be started; said is then as it was. */
bool suite_run(char *const argv[], char *const more[], struct suite_said *said);

/* "signal 11", "exit status 1" */
enum { SUITE_ENDED = 64 };
const char *suite_ended(char text[SUITE_ENDED], int status);

/* The option that asks for the row of this whole name and no other, with the library's word for how it is timed
 * behind it or without. False where it is longer than size. */
bool suite_filter(char *option, size_t size, const char *row);
