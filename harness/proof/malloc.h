#pragma once

#include <stdbool.h>

/* Whether another thread is about to move a block: its start is noted nowhere meanwhile. */
bool malloc_is_moving(void);

/* Whether malloc() comes by here: under a sanitizer or Valgrind another allocator has its place. */
bool malloc_is_seen(void);
