/* Where dumps come from: a file, standard input, or a URL. */
#pragma once

#include "dumps/fetch.h"
#include "dumps/read.h"

/* Reads all dumps that are in it and adds them to *dumps. name: a path, "-", or what fetch_is_url() takes. False with
 * a line in error, which names it and never shows a password. */
bool input_read(const char *name, const struct fetch_how *how, struct dumps *dumps, char *error,
                size_t size);

/* All bytes of a file, or of standard input for "-": to be freed. NULL with a line in error. */
char *input_bytes(const char *path, size_t *length, char *error, size_t size);
