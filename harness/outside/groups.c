#include "outside/groups.h"
#include <search.h>
#include <stdlib.h>
#include <string.h>

struct open_group {
    struct seen_group shown;
    uint64_t hash;
    uint32_t number;
};

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ (hash >> 32);
}

static uint64_t hash_of(const struct seen_group *g)
{
    uint64_t hash = mix(g->labels ? g->labels->hash : 0, g->site->at);
    hash = mix(hash, (uint64_t)(g->reason | g->state << 8 | g->is_broken << 16));
    hash = mix(hash, g->depth ? 0 : g->entry);
    for (size_t i = 0; i < g->depth; i++)
        hash = mix(hash, g->frames[i]);
    return hash;
}

static int compare_labels(const struct seen_labels *a, const struct seen_labels *b)
{
    if (a == b || !a || !b)
        return (a != NULL) - (b != NULL);
    if (a->size != b->size)
        return a->size < b->size ? -1 : 1;
    return memcmp(a->text, b->text, a->size);
}

#define BY(a, b)                                                                                   \
    if ((a) != (b))                                                                                \
    return (a) < (b) ? -1 : 1

static int compare(const void *a, const void *b)
{
    const struct open_group *one = a, *other = b;
    const struct seen_group *x = &one->shown, *y = &other->shown;
    BY(one->hash, other->hash);
    BY(x->state, y->state);
    BY(x->reason, y->reason);
    BY(x->is_broken, y->is_broken);
    BY(x->depth, y->depth);
    BY(x->site->at, y->site->at);
    if (!x->depth)
        BY(x->entry, y->entry);
    for (size_t i = 0; i < x->depth; i++)
        BY(x->frames[i], y->frames[i]);
    return compare_labels(x->labels, y->labels);
}

static bool make_room(struct groups *groups)
{
    uint32_t n = groups->length;
    if (n & (n - 1)) /* full at each power of two */
        return true;
    void *larger = realloc(groups->all, (n ? 2 * (size_t)n : 1) * sizeof(void *));
    if (larger)
        groups->all = larger;
    return larger;
}

uint32_t groups_find(struct groups *groups, const struct seen_group *like)
{
    struct open_group wanted = {.shown = *like, .hash = hash_of(like)};
    struct open_group *const *found = tfind(&wanted, &groups->tree, compare);
    if (found)
        return (*found)->number;
    size_t size = like->depth * sizeof *like->frames;
    struct open_group *g = malloc(sizeof *g + size);
    if (!g || !make_room(groups)) {
        free(g);
        return LOOK_NONE;
    }
    *g = wanted;
    g->number = groups->length;
    g->shown.count = 0;
    g->shown.since_min = INT64_MAX;
    g->shown.since_max = INT64_MIN;
    g->shown.frames = memcpy(g + 1, like->frames, size);
    if (!tsearch(g, &groups->tree, compare)) {
        free(g);
        return LOOK_NONE;
    }
    groups->all[groups->length++] = g;
    return g->number;
}

const struct seen_group *groups_get(const struct groups *groups, uint32_t number)
{
    return &groups->all[number]->shown;
}

/* Largest first; then by reason and stack, in whatever order they were seen. */
static int by_count(const void *a, const void *b)
{
    const struct open_group *one = *(struct open_group *const *)a,
                            *other = *(struct open_group *const *)b;
    BY(other->shown.count, one->shown.count);
    BY(one->shown.reason, other->shown.reason);
    BY(one->number, other->number);
    return 0;
}

static void count_tasks(const struct groups *groups, const struct seen_task *tasks, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        struct seen_group *g = &groups->all[tasks[i].group]->shown;
        g->count++;
        g->since_min = tasks[i].since < g->since_min ? tasks[i].since : g->since_min;
        g->since_max = tasks[i].since > g->since_max ? tasks[i].since : g->since_max;
    }
}

struct seen_group *groups_close(struct groups *groups, struct seen_task *tasks, size_t length,
                                size_t *count)
{
    uint32_t *place = malloc((groups->length + 1) * sizeof *place);
    struct seen_group *all = calloc(groups->length + 1, sizeof *all);
    if (!place || !all) {
        free(place);
        free(all);
        return NULL;
    }
    count_tasks(groups, tasks, length);
    if (groups->length)
        qsort(groups->all, groups->length, sizeof(void *), by_count);
    *count = 0;
    for (uint32_t i = 0; i < groups->length; i++) {
        place[groups->all[i]->number] = i;
        all[i] = groups->all[i]->shown;
        *count += all[i].count > 0; /* the others are the last */
    }
    for (size_t i = 0; i < length; i++)
        tasks[i].group = place[tasks[i].group];
    free(place);
    return all;
}

void groups_free(struct groups *groups)
{
    if (!groups)
        return;
    tdestroy(groups->tree, free);
    free(groups->all);
    free(groups);
}
