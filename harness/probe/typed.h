/* A command as it could be typed again, for records and reports. */
#pragma once

#include <stddef.h>

/* The words with blanks between, in quotes where a shell would take one for something else. The caller
 * frees it; NULL where there is no memory. */
char *typed_words(const char *const *words, size_t n);

/* Likewise for who reads it: four and more words that differ by a number that counts on are one, layout-{1..64},
 * which bash makes those words of. typed_next() does not. */
char *typed_short(const char *const *words, size_t n);

/* The next word of such a text, without its quotes, and *text behind it; the caller frees it. NULL: there is none
 * left, or no memory. */
char *typed_next(const char **text);
