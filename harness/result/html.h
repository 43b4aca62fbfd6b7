/* Text within HTML and XML. */
#pragma once

#include <stdbool.h>
#include <stdio.h>

/* With the five characters that mean something there escaped, and what can not be seen written as its
 * number (probe/printable.h). */
void html_text(FILE *out, const char *text);

/* The same, of `length` bytes. */
void html_piece(FILE *out, const char *text, size_t length);

/* An element with text in it: <name>text</name>; name may bring attributes. */
void html_element(FILE *out, const char *name, const char *text);
