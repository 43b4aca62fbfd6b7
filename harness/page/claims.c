#include "page/claims.h"
#include <stdio.h>
#include <string.h>

#define CLAIM(number, figure, words, samples, command, limits)                                     \
    {number, figure, words, samples, command, limits},
const struct claim claims[] = {
#include "page/claims.def"
};
#undef CLAIM

const size_t claim_count = sizeof claims / sizeof *claims;

bool claim_sample(const struct claim *claim, size_t number, char sample[CLAIM_SAMPLE])
{
    const char *at = claim->samples;
    for (; *at && number > 0; number--) {
        at += strcspn(at, " ");
        at += strspn(at, " ");
    }
    snprintf(sample, CLAIM_SAMPLE, "%.*s", (int)strcspn(at, " "), at);
    return *sample;
}
