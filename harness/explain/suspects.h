/* Which of a dump's places are suspects, and why. */
#pragma once

#include "explain/patterns.h"

enum { SUSPECT_WHY = 256 };

/* Why it is one, in words; false where it is none. total: of the dump. */
bool suspect_of(const struct dump *dump, const struct site *site, char why[SUSPECT_WHY]);
