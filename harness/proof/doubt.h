/* Which counted objects are worth the search for all who have a reference. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Of an object that nothing live reaches: whether somebody else who had it could wake a task by it, or come to
 * anything by it; and if it is a channel, whether more have a reference than wait in it. */
bool doubt_is_in(uintptr_t start, uint32_t kind);
