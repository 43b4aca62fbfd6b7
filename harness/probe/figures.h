/* Figures as people read them. Each writes into text and returns it. */
#pragma once

#include <stdint.h>

enum { FIGURE = 32 }; /* room for any of them */

/* 12,345 */
const char *figure_count(char text[FIGURE], int64_t count);

/* 512 B, 4.2 KiB, 1.3 GiB; with its sign where negative. */
const char *figure_bytes(char text[FIGURE], double bytes);

/* 73 us, 1.2 ms, 3.4 s, 2 min; `never` for infinity, `-` for no figure. From nanoseconds. */
const char *figure_time(char text[FIGURE], double nanoseconds);

/* How long something goes on: 9 min, 1.5 h, 1 day, 300 ms; three digits. */
const char *figure_span(char text[FIGURE], double seconds);

/* 540,000: three digits, from which the rest is not known. */
const char *figure_rounded(char text[FIGURE], double count);

/* 0.5, 99.634, 12345, 1,234,567: five digits; where more stand before the point, these. */
const char *figure_digits(char text[FIGURE], double value);

/* 57.1 ns, 1.24 us, 312 ms: three digits, for what takes next to no time. From nanoseconds. */
const char *figure_cost(char text[FIGURE], double nanoseconds);

/* 1000/s, 1/min, max */
const char *figure_rate(char text[FIGURE], double per_second);
