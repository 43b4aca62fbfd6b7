#include "explain/patterns.h"
#include "dumps/reason.h"
#include "explain/shape.h"
#include <math.h>
#include <string.h>

struct pattern {
    const char *id;
    int often;
    uint32_t also; /* wait reasons, bit by bit */
    uint64_t must, help, speaks;
};

#define S(name)   (UINT64_C(1) << SIGN_##name)
#define W(reason) (UINT32_C(1) << WAIT_##reason)
#define ANY       0

static const struct pattern patterns[] = {
#define PATTERN(id_, often_, also_, must_, help_, speaks_)                                         \
    {#id_, often_, also_, must_, help_, speaks_},
#include "explain/patterns.def"
#undef PATTERN
};

/* For what it waits; of a channel, where its dump does not say which, for either. */
static uint32_t reasons_of(const char *words)
{
    if (strcmp(words, REASON_EITHER) == 0)
        return W(CHAN_RECEIVE) | W(CHAN_SEND);
    if (strcmp(words, "running") == 0 || strcmp(words, "runnable") == 0)
        return W(NONE);
    enum wait_reason reason = reason_of(words);
    return reason == WAIT_NONE ? 0 : UINT32_C(1) << reason;
}

static uint32_t reasons_in_catalog(const struct pair *pair)
{
    uint32_t reasons = 0;
    for (int i = 0; i < WAIT_REASONS; i++)
        reasons |= pair->expected[VARIANT_LEAK].parked[i] ? UINT32_C(1) << i : 0;
    return reasons;
}

/* In powers of two; -INFINITY: it can not be this one. */
static double weight(const struct pattern *pattern, const struct pair *pair, uint32_t reasons,
                     uint64_t signs)
{
    bool is_usual = reasons & reasons_in_catalog(pair);
    if (!is_usual && !(reasons & pattern->also))
        return -INFINITY;
    if (pattern->must && !(pattern->must & signs))
        return -INFINITY;
    return pattern->often + (is_usual ? 1 : 0) + __builtin_popcountll(pattern->help & signs) +
           2.0 * __builtin_popcountll(pattern->speaks & signs);
}

static void insert(struct likeness best[LIKENESSES], size_t *count, struct likeness one)
{
    size_t place = *count;
    while (place > 0 && best[place - 1].share < one.share) {
        if (place < LIKENESSES)
            best[place] = best[place - 1];
        place--;
    }
    if (place < LIKENESSES)
        best[place] = one;
    if (*count < LIKENESSES)
        ++*count;
}

size_t patterns_like(const struct dump *dump, const struct own *own, const struct site *sites,
                     size_t length, size_t number, struct likeness best[LIKENESSES])
{
    size_t count = 0;
    double sum = 0;
    uint32_t reasons = reasons_of(dump_word_text(dump, dump->groups[sites[number].group].reason));
    uint64_t signs = reasons ? shape_of(dump, own, sites, length, number) : 0;
    for (size_t i = 0; reasons && i < sizeof patterns / sizeof *patterns; i++) {
        const struct pair *pair = catalog_find(patterns[i].id);
        double share = pair ? exp2(weight(&patterns[i], pair, reasons, signs)) : 0;
        sum += share;
        if (share > 0)
            insert(best, &count, (struct likeness){pair, share});
    }
    for (size_t i = 0; i < count; i++)
        best[i].share /= sum;
    return count;
}

const char *likeness_text(const struct likeness *likeness)
{
    return likeness->share >= 0.5 ? "likely" : likeness->share >= 0.2 ? "perhaps" : "possible";
}
