/* Half a pair of plain C behind the live page. Private to live/: the other kind of live_child.h. */
#pragma once

#include "catalog.h"

/* phases.gauges is set. Does not return. */
_Noreturn void live_plain_run(const struct pair *pair, enum variant variant);
