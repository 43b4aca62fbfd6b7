/* A command as it could be typed again, for records and reports. */
#pragma once

#include <stddef.h>

/* The words with blanks between, in quotes where a shell would take one for something else. The caller
 * frees it; NULL where there is no memory. */
char *typed_words(const char *const *words, size_t n);
