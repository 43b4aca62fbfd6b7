/* Dumps as text: Go's debug=1 and debug=2 and leaklab's own, line by line, in whatever state they came. */
#pragma once

#include "dumps/dump.h"
#include "dumps/piece.h"

/* Whoever gets the dumps of a text one by one, as each is complete. It owns the dump then. */
typedef void text_taker(struct dump *dump, void *arg);

/* Reads all of it. Returns how many dumps there were. Without any, *unread is the first line that is none of a
 * dump's; 0: there is nothing in it. */
size_t text_read(const char *text, size_t length, text_taker *take, void *arg, size_t *unread);
