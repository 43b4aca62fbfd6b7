/* profile.proto, as Go and leaklab write it. */
#pragma once

#include "dumps/dump.h"

/* Not compressed any more. False with a line in error: it is none, or of something else than tasks; there is nothing
 * to free then. */
bool proto_read(const void *bytes, size_t length, struct dump *dump, char *error, size_t size);
