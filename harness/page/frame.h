/* What every page begins and ends with, and the way from one to the others. */
#pragma once

#include "page/edition.h"
#include <stdio.h>

/* From the page to the folder that all of them are in: "", or "../" in a folder of it. What stands beside
 * the results, in the project, is one more up. */
struct frame {
    const char *root;
    const char *title, *description; /* words, not HTML */
    const char *style;               /* rules besides those of all pages, or "" */
};

/* Up to and with <body> and its way to the other pages. */
void frame_begin(FILE *out, const struct edition *edition, const struct frame *frame);
void frame_end(FILE *out);

/* Whether there is a page of benchmarks. */
bool frame_has_benchmarks(const struct edition *edition);

/* A path from the project's root, as a link where the pages lie in the project, else as it is. */
void frame_path(FILE *out, const struct edition *edition, const char *root, const char *path);

/* What stands between backticks is code; the rest is text. */
void frame_words(FILE *out, const char *words);
