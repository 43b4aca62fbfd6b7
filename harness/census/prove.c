#include "census/prove.h"
#include "census/closable.h"

const char *census_prove(uint32_t since, struct census_proven *proven)
{
    struct closable closable;
    *proven = (struct census_proven){0};
    closable_ask(&closable);
    const char *refused = closable.is_asked ? closable.refused : "no proof is linked in";
    for (size_t i = 0; !refused && i < closable.question.things_length; i++) {
        const struct plain_thing *thing = &closable.question.things[i];
        if (thing->mark - since > UINT32_MAX / 2)
            continue;
        bool is_proven = thing->verdict == PLAIN_PROVEN;
        if (thing->handle) {
            proven->handles++;
            proven->handles_proven += is_proven;
        } else {
            proven->threads++;
            proven->threads_proven += is_proven;
        }
    }
    closable_free(&closable);
    return refused;
}
