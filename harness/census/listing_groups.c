#include "census/listing_groups.h"
#include "census/standing.h"
#include "profile/symbol.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(sizeof((struct standing){0}.frames) / sizeof(void *) == STANDING_FRAMES, "room");

/* --- Gathering ----------------------------------------------------------------------------------- */

static bool is_wanted(const struct listing *listing, const struct census_entry *entry)
{
    if (entry->mark - listing->since > UINT32_MAX / 2)
        return false;
    return !entry->object || ((!listing->loop || entry->loop == listing->loop) &&
                              entry->object != (const void *)listing->except);
}

/* But for how much is queued, which is added up. */
static bool is_like(const struct group *group, const struct census_entry *b,
                    const struct plain_thing *thing)
{
    const struct census_entry *a = &group->first;
    if (!group->thing != !thing || (thing && group->thing->verdict != thing->verdict))
        return false;
    return a->kind == b->kind && a->stack == b->stack && a->type == b->type &&
           a->request == b->request && a->pool == b->pool && a->descriptor == b->descriptor &&
           a->closing == b->closing && a->active == b->active && a->referenced == b->referenced &&
           a->freed == b->freed && a->ended == b->ended && a->detached == b->detached &&
           !a->queued == !b->queued;
}

static struct group *group_of(struct groups *groups, const struct census_entry *entry)
{
    const struct plain_thing *thing = closable_of(&groups->closable, entry);
    if (groups->length && is_like(&groups->all[groups->last], entry, thing))
        return &groups->all[groups->last];
    for (groups->last = 0; groups->last < groups->length; groups->last++)
        if (is_like(&groups->all[groups->last], entry, thing))
            return &groups->all[groups->last];
    if (groups->length == groups->room) {
        size_t room = groups->room ? 2 * groups->room : 64;
        struct group *more = realloc(groups->all, room * sizeof *more);
        if (!more)
            return NULL;
        groups->all = more;
        groups->room = room;
    }
    groups->all[groups->length] = (struct group){
        .first = *entry, .oldest = entry->since, .newest = entry->since, .thing = thing};
    return &groups->all[groups->length++];
}

static bool gather(const struct census_entry *entry, void *arg)
{
    struct groups *groups = arg;
    if (!is_wanted(groups->listing, entry))
        return true;
    struct group *group = group_of(groups, entry);
    if (!group) {
        groups->short_of_memory = true;
        return false;
    }
    group->count++;
    group->queued += entry->queued;
    group->oldest = entry->since < group->oldest ? entry->since : group->oldest;
    group->newest = entry->since > group->newest ? entry->since : group->newest;
    groups->of_kind[entry->kind]++;
    return true;
}

static int more_first(const void *a, const void *b)
{
    const struct group *x = a, *y = b;
    if (x->count != y->count)
        return x->count < y->count ? 1 : -1;
    return (x->first.mark > y->first.mark) - (x->first.mark < y->first.mark);
}

static void say_state(struct group *group)
{
    struct census_entry all = group->first;
    all.queued = group->queued;
    census_state(&all, group->state, sizeof group->state);
}

static bool is_callers(const struct listing *listing, const struct symbol *symbol)
{
    return listing->callers && symbol->file &&
           strncmp(symbol->file, listing->callers, strlen(listing->callers)) == 0;
}

static bool is_made_by_callers(const struct groups *groups, const struct group *group)
{
    return group->first.depth > 0 &&
           is_callers(groups->listing, symbol_of_return(group->first.frames[0]));
}

/* What the callers of the program have made themselves. */
static void leave_out_callers(struct groups *groups)
{
    size_t length = 0;
    for (size_t i = 0; i < groups->length; i++) {
        if (is_made_by_callers(groups, &groups->all[i]))
            groups->of_kind[groups->all[i].first.kind] -= groups->all[i].count;
        else
            groups->all[length++] = groups->all[i];
    }
    groups->length = length;
}

bool listing_gather(struct groups *groups, const struct listing *listing)
{
    *groups = (struct groups){.listing = listing};
    if (listing->proves)
        closable_ask(&groups->closable);
    census_each(gather, groups);
    leave_out_callers(groups);
    if (groups->length)
        qsort(groups->all, groups->length, sizeof *groups->all, more_first);
    for (size_t i = 0; i < groups->length; i++)
        say_state(&groups->all[i]);
    return !groups->short_of_memory;
}

void listing_groups_free(struct groups *groups)
{
    closable_free(&groups->closable);
    free(groups->all);
    groups->all = NULL;
}

/* --- Of a group ---------------------------------------------------------------------------------- */

void group_noun(const struct group *group, char *noun, size_t size)
{
    const struct census_entry *first = &group->first;
    switch (first->kind) {
    case CENSUS_HANDLE:
        snprintf(noun, size, "%s handle", census_type(first->type));
        return;
    case CENSUS_REQUEST:
        snprintf(noun, size, "%s request", census_request(first->request));
        return;
    case CENSUS_DESCRIPTOR:
        snprintf(noun, size, "%s descriptor", first->descriptor);
        return;
    default:
        snprintf(noun, size, "thread");
    }
}

size_t group_depth(const struct groups *groups, const struct group *group)
{
    size_t depth = 0;
    while (depth < group->first.depth) {
        const struct symbol *symbol = symbol_of_return(group->first.frames[depth]);
        bool is_libc = !symbol->file && depth > 0; /* below main() */
        if (is_libc || (depth > 0 && is_callers(groups->listing, symbol)))
            break;
        depth++;
        if (symbol->function && strcmp(symbol->function, "main") == 0)
            break;
    }
    return depth;
}

struct standing group_standing(const struct group *group)
{
    struct standing standing = {.depth = 0};
    if (group->first.kind != CENSUS_THREAD)
        return standing;
    size_t depth = standing_frames(group->first.number, standing.frames);
    while (standing.depth < depth) {
        const struct symbol *symbol = symbol_of_return(standing.frames[standing.depth]);
        if (symbol->file && strstr(symbol->file, "harness/census/threads.c"))
            break; /* the thread's beginning is ours */
        standing.depth++;
    }
    return standing;
}
