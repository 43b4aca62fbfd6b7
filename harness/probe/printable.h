/* Text that came from outside, for people to read: nothing in it steers a terminal, hides, or turns the
 * direction of what stands beside it. Such a character, and a byte that is no UTF-8, is written as its
 * number: \x1b, \u202e. */
#pragma once

#include <stddef.h>
#include <stdio.h>

enum { PRINTABLE = 16 };

/* The character at the beginning of the text, which is not empty: itself or its number in `shown`. Returns
 * how many bytes of the text it was. */
size_t printable_next(const char *text, char shown[PRINTABLE]);

/* As one line: a newline is written as its number too. */
void printable_write(FILE *out, const char *text);

/* Lines stay lines. */
void printable_lines(FILE *out, const char *text);

/* One line, as new text that the caller frees; NULL where there is no memory. */
char *printable_text(const char *text);

/* How many columns a terminal takes for it, as printable_write() writes it: two for a wide character,
 * none for an accent. */
size_t printable_columns(const char *text);

/* As much of the text as fits in `size` bytes and its end, cut between characters. Returns to. */
char *printable_cut(char *to, size_t size, const char *text);
