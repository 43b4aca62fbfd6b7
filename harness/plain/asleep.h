/* Whether anybody else of this process can still do something of itself. Private to plain/. */
#pragma once

#include <stdbool.h>

/* Whether all other threads sleep, and have since a look before: nobody of them can be about to wake another. One that sleeps
 * for a time is taken for one that sleeps for ever. */
bool asleep_all_others(void);
