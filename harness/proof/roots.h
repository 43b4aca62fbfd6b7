/* What is reachable to begin with: what the program's threads, its static data, the loop and the outside world
 * have. Each of these goes on until all that it leads to has been marked. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Looks up where all that is. NULL; or why it can not be known. frames: those of whoever asks, from here upwards. */
const char *roots_open(const void *frames);

/* Tasks that run or are ready, frames from here upwards (the caller's), static data and the thread's own, active
 * handles of the loop, what is kept, and all other memory that is mapped. NULL; or why that can not be read. tells_which: handles
 * are each a cause of their own. */
const char *roots_mark(const void *frames, bool tells_which);

/* Whether an address is that of static data; between roots_open() and the next. */
bool roots_is_static(uintptr_t at);

/* What goes on when a time has come: sleeps, timers, deadlines of contexts. */
void roots_mark_clock(void);

/* Pointers that the program says it hides. False where memory is short. */
bool roots_keep(const void *pointer);
bool roots_unkeep(const void *pointer);
