/* Cases that did not come to their end, in words. */
#pragma once

#include "record/recorded.h"

/* "cut off in load after 1.2 s: 212 requests sent, 212 tasks, 9.2 MiB resident"; or how it ended, where that was
 * neither well nor by its memory limit. The caller frees it; NULL: no memory. */
char *unfinished_words(const struct recorded_case *c);

/* Whether there is something to say of it. */
bool unfinished(const struct recorded_case *c);
