/* Half a pair of plain C behind the live page. The other kind of live_child.h. */
#pragma once

#include "catalog.h"

/* Does not return, and ends as live_child_run() does. */
_Noreturn void live_plain_run(const struct pair *pair, enum variant variant);
