/* Memory of the proof's own: not from the heap that it looks at, and nowhere scanned for pointers. */
#pragma once

#include <stddef.h>

/* Zeroed, and only what is touched of it is used; NULL where the system gives none. */
void *pages_get(size_t size);
void pages_put(void *pages, size_t size);

/* What was touched is zero again, and given back. */
void pages_clear(void *pages, size_t size);
