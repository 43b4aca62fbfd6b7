/* Texts in memory that are made of other texts: nothing is missing from one without a word. */
#pragma once

#include <stdio.h>

/* A text that is written piece by piece. The same holder goes to stream_close(). NULL: no memory. */
struct stream_text {
    char *text;
    size_t size;
};
FILE *stream_open(struct stream_text *holder);

/* The whole text, which the caller frees. NULL: there was no memory for some piece of it. out may be NULL:
 * it could not be opened. */
char *stream_close(FILE *out, struct stream_text *holder);

/* Says that a piece is missing. */
void stream_fail(FILE *out);

/* The piece; where it is NULL, because there was no memory for it, "" and stream_fail(). */
const char *stream_piece(FILE *out, const char *piece);
