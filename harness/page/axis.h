/* A scale of round numbers, and figures short enough to stand on one. */
#pragma once

enum { AXIS_TICKS = 8, AXIS_LABEL = 24 };

struct axis {
    double end; /* from 0 to here */
    int ticks;
    double tick[AXIS_TICKS];
};

/* From 0 to a bit more than the greatest value, with two to six ticks. */
struct axis axis_to(double greatest);

/* 20k, 1.5M, 400 */
const char *axis_label(char text[AXIS_LABEL], double value);
