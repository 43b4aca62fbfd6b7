/* What each request of a pair leaves behind (of timers: what load holds), in words and with figures: the same in tables,
 * pages and citations. */
#pragma once

#include "result/phrase.h"

/* "1.000 task", "10.000 timers", "1.000 pipe handle, 4.000 requests in flight, 2.000 descriptors", "160.0 bytes of
 * heap"; "" where it is memory alone. A fix that leaves nothing of several kinds: "none of these". */
const char *left_words(char text[PHRASE_LONG], const struct measured_pair *pair,
                       enum variant variant);

/* Whether a kind is told of: the leak leaves it by the catalog, or either half has left it. Never where
 * summary_grows() is not GROWS_LEFT. */
bool left_is_told(const struct measured_pair *pair, int kind);

/* Whether a request leaves a task, or of any other kind as much as is told: a process's own descriptor is none. */
bool left_any(const struct measured *measured);
