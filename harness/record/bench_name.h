/* The names that google-benchmark gives: micro/timer/fire/1000/manual_time. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Cuts off how it was run: that is no part of what it is. Says whether the clock that counts is not
 * the processor's. */
bool bench_name_trim(char *name);

/* The length of a trimmed name without its N; *n: NAN where it has none. */
size_t bench_name_split(const char *name, double *n);
