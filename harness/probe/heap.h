/* What jemalloc knows about this process's heap. Without jemalloc (sanitizer builds) nothing is
 * known, and every figure is -1. */
#pragma once

#include "probe/gauges.h"

bool heap_is_known(void);

/* Bytes that the calling thread has allocated and not freed, exactly; -1 where not known. May be
 * negative beside other threads: what they allocated and this one freed counts here. */
int64_t heap_allocated(void);

/* All figures into *heap. The exact one is read each time; the other three make jemalloc add up
 * its arenas, and are read anew at most ten times a second. */
void heap_read(struct heap *heap);

/* The same, all of them anew. */
void heap_refresh(struct heap *heap);

/* Makes jemalloc give back all pages that it holds without need. */
void heap_purge(void);

/* Keeps *heap up to date: once on every turn of the runtime's loop. The loop does not stay alive
 * for it. heap must live as long as the loop. */
void heap_publish(struct heap *heap);

/* jemalloc's version, or NULL. */
const char *heap_version(void);
