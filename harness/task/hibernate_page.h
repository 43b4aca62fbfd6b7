/* Hiding pages and showing them again: a hidden one has no memory, and touching it is a fault. Private to task/. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/uio.h>

/* Whether this system can. Else *why. */
bool pages_can_hide(const char **why);

/* Gives the memory of these ranges back, and hides them. Returns how many, from the first on, it could; of
 * the next one the memory may be gone, but it is not hidden. */
size_t pages_hide(const struct iovec *ranges, size_t n);

/* They can be touched, and hold zeros. Never fails: it takes nothing that is not there already. */
void pages_show(const struct iovec *ranges, size_t n);

/* Gives back the memory of ranges that nobody reads any more, and that stay as they are. */
void pages_drop(const struct iovec *ranges, size_t n);
