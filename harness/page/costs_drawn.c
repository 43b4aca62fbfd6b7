#include "page/costs_drawn.h"
#include "record/bench_families.h"
#include "result/bystander.h"
#include <string.h>

static const char *const ends[CURVES] = {"/leak", "/fix"};

const char *costs_curve_name(enum costs_curve curve)
{
    return ends[curve] + 1;
}

static const struct bench_family *family_of(const struct benchmark *b, const struct benchmarks *all)
{
    return &all->families[b->family];
}

static bool is_drawn(const struct benchmarks *all, const struct bench_family *family)
{
    size_t points = 0;
    for (size_t i = 0; family && i < all->count; i++)
        points += family_of(&all->all[i], all) == family && bench_families_point(&all->all[i]);
    return points > 1;
}

/* Where its name ends so. */
static bool ends_in(const char *name, const char *end)
{
    size_t length = strlen(name), tail = strlen(end);
    return length > tail && strcmp(name + length - tail, end) == 0;
}

static const struct bench_family *other_half(const struct benchmarks *all, const char *name,
                                             enum costs_curve curve)
{
    size_t stem = strlen(name) - strlen(ends[!curve]);
    for (size_t i = 0; i < all->family_count; i++)
        if (strncmp(all->families[i].name, name, stem) == 0 &&
            strcmp(all->families[i].name + stem, ends[curve]) == 0)
            return &all->families[i];
    return NULL;
}

bool costs_drawn_for(struct costs_drawn *drawn, const struct benchmarks *all, size_t number)
{
    const struct bench_family *family = &all->families[number];
    enum costs_curve curve = ends_in(family->name, ends[CURVE_LEAK]) ? CURVE_LEAK : CURVE_FIX;
    bool half = ends_in(family->name, ends[curve]);
    const struct bench_family *other = half ? other_half(all, family->name, !curve) : NULL;
    other = is_drawn(all, other) ? other : NULL;
    if (bystander_has(family) || !is_drawn(all, family) || (other && curve == CURVE_FIX))
        return false;
    *drawn = (struct costs_drawn){.benchmarks = all};
    drawn->curve[curve] = family;
    drawn->curve[!curve] = other;
    drawn->name = family->name;
    drawn->name_length = (int)(strlen(family->name) - (other ? strlen(ends[curve]) : 0));
    return true;
}

bool costs_is_point(const struct costs_drawn *drawn, const struct benchmark *b,
                    const struct bench_family *family)
{
    return bench_families_point(b) && family_of(b, drawn->benchmarks) == family;
}
