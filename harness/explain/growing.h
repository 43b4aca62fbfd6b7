/* What is to be said of two dumps and more: which places grew, how fast, which came and went. */
#pragma once

#include "dumps/course.h"
#include <stdio.h>

/* timed: seconds are known, else a rate is by the dump. Returns how many places grew. */
size_t growing_tell(const struct course *course, bool timed, FILE *out);

/* The growing places alone, for people. */
size_t growing_sites(const struct course *course, bool timed, FILE *out);

size_t growing_markdown(const struct course *course, bool timed, FILE *out);
int growing_json(const struct course *course, bool timed, FILE *out);
