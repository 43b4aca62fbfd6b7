#include "census/listing.h"
#include "census/listing_json.h"
#include "census/listing_profile.h"
#include "census/listing_words.h"
#include <string.h>

static const char *const names[] = {
#define X(name, text) [name] = text,
    FOR_EACH_LISTING_FORMAT(X)
#undef X
};

const char *listing_format_name(enum listing_format format)
{
    return names[format];
}

enum listing_format listing_format_called(const char *name)
{
    enum listing_format format = 0;
    while (format < LISTING_FORMATS && strcmp(names[format], name) != 0)
        format++;
    return format;
}

/* --- All of it ----------------------------------------------------------------------------------- */

long listing_write(const struct listing *listing, FILE *out)
{
    static int (*const writers[])(const struct groups *, FILE *) = {
        [LISTING_SUMMARY] = listing_words, [LISTING_JSON] = listing_json,
        [LISTING_PPROF] = listing_pprof,   [LISTING_FOLDED] = listing_folded,
        [LISTING_SVG] = listing_svg,
    };
    struct groups groups;
    uint64_t told = 0;
    int failed = listing_gather(&groups, listing) ? writers[listing->format](&groups, out) : -1;
    for (enum census_kind kind = 0; kind < CENSUS_KINDS; kind++)
        told += groups.of_kind[kind];
    listing_groups_free(&groups);
    return failed ? -1 : (long)told;
}

bool listing_count(const struct listing *listing, struct listing_counts *counts)
{
    struct groups groups;
    bool whole = listing_gather(&groups, listing);
    *counts = (struct listing_counts){.queued = 0};
    for (size_t i = 0; i < groups.length; i++) {
        const struct group *group = &groups.all[i];
        counts->of_kind[group->first.kind] += group->count;
        if (group->first.kind != CENSUS_HANDLE)
            continue;
        counts->of_type[group->first.type] += group->count;
        counts->queued += group->queued;
    }
    listing_groups_free(&groups);
    return whole;
}
