#include "dumps/sites.h"
#include <stdlib.h>

static void add(struct site *site, const struct dump *dump, size_t number)
{
    const struct dump_group *group = &dump->groups[number];
    if (!site->groups++ || group->count > dump->groups[site->group].count)
        site->group = number;
    site->count += group->count;
    site->flags |= group->flags;
    if (group->minutes_least >= 0 &&
        (site->minutes_least < 0 || group->minutes_least < site->minutes_least))
        site->minutes_least = group->minutes_least;
    if (group->minutes_most > site->minutes_most)
        site->minutes_most = group->minutes_most;
}

static int by_count(const void *a, const void *b)
{
    const struct site *left = a, *right = b;
    if (left->count != right->count)
        return left->count < right->count ? 1 : -1;
    return (left->group > right->group) - (left->group < right->group);
}

struct site *sites_of(const struct dump *dump, const struct own *own, size_t *length)
{
    struct site *sites = calloc(dump->length + 1, sizeof *sites);
    struct words places = {0};
    bool ok = sites != NULL;
    *length = 0;
    for (size_t i = 0; ok && i < dump->length; i++) {
        const struct dump_group *group = &dump->groups[i];
        struct dump_frame frame = {0}, key = {.line = group->reason};
        uint32_t number;
        if (group->depth)
            key = frame = dump->frames[group->frames + own_frame(own, dump, group)];
        if (!(ok = words_number(&places, &key, sizeof key, &number)))
            break;
        if (number == *length)
            sites[(*length)++] = (struct site){.frame = frame,
                                               .kind = own_kind(own, dump, &frame),
                                               .minutes_least = -1,
                                               .minutes_most = -1};
        add(&sites[number], dump, i);
    }
    words_free(&places);
    if (!ok) {
        free(sites);
        return NULL;
    }
    qsort(sites, *length, sizeof *sites, by_count);
    return sites;
}
