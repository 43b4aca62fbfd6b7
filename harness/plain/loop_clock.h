/* The time that libuv, and everybody else in this process, reads by clock_gettime(): the system's, or a virtual one that
 * stands still until it is moved. Of any thread; moved by one. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* A virtual clock begins at the time that it is. Back at the system's, time goes on from where it was: it never goes back. */
void loop_clock_set_virtual(bool is_virtual);
bool loop_clock_is_virtual(void);

/* Nanoseconds, of CLOCK_MONOTONIC. */
int64_t loop_clock_now(void);

/* The same of the system, whatever the other is. */
int64_t loop_clock_of_system(void);

/* Of the virtual clock: never back. */
void loop_clock_move(int64_t to);
