/* A whole file, read at once. */
#pragma once

#include <stddef.h>

/* The whole file as text of *length bytes, which the caller frees. NULL: *why says why; where it is
 * only not there, errno is ENOENT. Refuses more than `most` bytes. */
char *file_read(const char *path, size_t most, size_t *length, char *why, size_t size);
