#include "result/noise.h"
#include <math.h>
#include <stdio.h>

size_t noisy_runs(const struct measured *measured)
{
    size_t count = 0;
    for (size_t i = 0; i < measured->run_count; i++)
        count += noise_flagged(&measured->runs[i].noise);
    return count;
}

bool is_noisy(const struct measured *measured)
{
    return noisy_runs(measured) > 0;
}

/* fmax() passes over what is not known. */
struct noise noise_of(const struct measured *measured)
{
    struct noise all = noise_unknown;
    for (size_t i = 0; i < measured->run_count; i++) {
        const struct noise *one = &measured->runs[i].noise;
        all.load_average = fmax(all.load_average, one->load_average);
        all.others = fmax(all.others, one->others);
        all.stolen = fmax(all.stolen, one->stolen);
        all.waited = fmax(all.waited, one->waited);
    }
    return all;
}

const char *noisy_words(char text[NOISY_WORDS], const struct measured *measured)
{
    char why[NOISE_WORDS];
    struct noise noise = noise_of(measured);
    size_t noisy = noisy_runs(measured);
    text[0] = 0;
    if (measured->run_count && !noise_is_known(&noise))
        snprintf(text, NOISY_WORDS, "noise was not recorded");
    else if (noisy && measured->run_count == 1)
        snprintf(text, NOISY_WORDS, "noisy: %s", noise_words(why, &noise));
    else if (noisy)
        snprintf(text, NOISY_WORDS, "noisy: in %zu of %zu runs %s", noisy, measured->run_count,
                 noise_words(why, &noise));
    return text;
}
