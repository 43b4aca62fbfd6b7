/* Dumps as JSON: leaklab's own, and of Java what `jcmd PID Thread.dump_to_file -format=json` writes. */
#pragma once

#include "dumps/dump.h"

/* False with a line in error where it is none; there is nothing to free then. */
bool json_read(const char *text, size_t length, struct dump *dump, char *error, size_t size);
