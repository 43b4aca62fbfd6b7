/* No leak: a table of the names that were seen. There are four hundred of them,
 * and they come at random: ever fewer are new.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include <stdint.h>

enum { NAMES = 400 };

static struct chan *seen[NAMES];

void control_names_at_random(struct ctx *request)
{
    static uint64_t state = 1;
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    size_t name = (state >> 33) % NAMES;
    if (!seen[name])
        seen[name] = chan_make(int, 1);
}
