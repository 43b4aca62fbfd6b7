#include "load/plain_places.h"
#include "census/census.h"
#include "profile/symbol.h"
#include <stdio.h>
#include <string.h>

struct gathering {
    struct plain_places *places;
    uint32_t mark;
};

static bool is_same(const struct plain_place *a, const struct plain_place *b)
{
    return a->kind == b->kind && a->stack == b->stack && !strcmp(a->what, b->what);
}

static void say_what(const struct census_entry *entry, char *what, size_t size)
{
    char state[32];
    census_state(entry, state, sizeof state);
    if (entry->kind == CENSUS_HANDLE)
        snprintf(what, size, "%.12s%s%s", census_type(entry->type), state[0] ? ", " : "", state);
    else if (entry->kind == CENSUS_REQUEST)
        snprintf(what, size, "%.12s%s%s", census_request(entry->request), state[0] ? ", " : "",
                 state);
    else
        snprintf(what, size, "%s", state);
}

static bool gather(const struct census_entry *entry, void *arg)
{
    static const enum kind kinds[] = {[CENSUS_HANDLE] = KIND_HANDLES,
                                      [CENSUS_REQUEST] = KIND_REQUESTS,
                                      [CENSUS_DESCRIPTOR] = KIND_DESCRIPTORS,
                                      [CENSUS_THREAD] = KIND_THREADS};
    struct gathering *gathering = arg;
    struct plain_places *places = gathering->places;
    struct plain_place place = {.kind = kinds[entry->kind], .stack = entry->stack, .count = 1};
    if (entry->mark - gathering->mark > UINT32_MAX / 2)
        return true;
    say_what(entry, place.what, sizeof place.what);
    place.at = entry->depth ? entry->frames[0] : NULL;
    for (size_t i = 0; i < places->length; i++)
        if (is_same(&places->places[i], &place)) {
            places->places[i].count++;
            return true;
        }
    if (places->length < PLAIN_PLACES)
        places->places[places->length++] = place;
    return true;
}

void plain_places_since(struct plain_places *places, uint32_t mark)
{
    struct gathering gathering = {places, mark};
    places->length = 0;
    census_each(gather, &gathering);
}

static uint64_t count_in(const struct plain_places *less, const struct plain_place *place)
{
    for (size_t i = 0; less && i < less->length; i++)
        if (is_same(&less->places[i], place))
            return less->places[i].count;
    return 0;
}

static struct object_group name(const struct plain_place *place, uint64_t count)
{
    struct object_group row = {.kind = place->kind, .count = count};
    const struct symbol *symbol = place->at ? symbol_of_return(place->at) : NULL;
    snprintf(row.what, sizeof row.what, "%s", place->what);
    if (symbol && symbol->file) {
        snprintf(row.file, sizeof row.file, "%s", symbol->file);
        snprintf(row.function, sizeof row.function, "%s", symbol->function ? symbol->function : "");
        row.line = (uint32_t)symbol->line;
    }
    return row;
}

void plain_places_name(const struct plain_places *places, const struct plain_places *less,
                       struct objects *objects)
{
    memset(objects, 0, sizeof *objects);
    for (size_t i = 0; i < places->length; i++) {
        uint64_t there = count_in(less, &places->places[i]);
        if (places->places[i].count <= there)
            continue;
        struct object_group row = name(&places->places[i], places->places[i].count - there);
        objects_add(objects, &row);
    }
}

void plain_places_say_most(const struct plain_places *places, enum kind kind, char *text,
                           size_t size)
{
    const struct plain_place *most = NULL;
    text[0] = 0;
    for (size_t i = 0; i < places->length; i++)
        if (places->places[i].kind == kind && (!most || places->places[i].count > most->count))
            most = &places->places[i];
    const struct symbol *symbol = most && most->at ? symbol_of_return(most->at) : NULL;
    if (symbol && symbol->file)
        snprintf(text, size, "%s:%d", symbol->file, symbol->line);
}
