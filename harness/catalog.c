/* The table of pairs, and finding one in it.
 *
 * The build holds catalog.def to its word: an id that is there twice is an enumerator that is
 * there twice, and half a pair is an entry that the linker does not find.
 */
#include "catalog.h"
#include "task/time.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

_Static_assert((int)UV_HANDLE_TYPE_MAX <= (int)HANDLE_TYPES, "room for every type of handle");

enum {
#define PAIR(family_, id_, title_, ...) pair_##id_,
#define ON_LOOP                         PAIR
#define THREADED                        PAIR
#include "catalog.def"
#undef PAIR
};

#define PAIR(family_, id_, title_, ...)                                                            \
    void leak_##id_(struct ctx *request);                                                          \
    void fix_##id_(struct ctx *request);
#undef ON_LOOP
#define ON_LOOP(family_, id_, title_, ...)                                                         \
    void leak_##id_(uv_loop_t *loop);                                                              \
    void fix_##id_(uv_loop_t *loop);
#undef THREADED
#define THREADED(family_, id_, title_, ...)                                                        \
    void leak_##id_(void);                                                                         \
    void fix_##id_(void);
#include "catalog.def"
#undef PAIR
#undef ON_LOOP
#undef THREADED

const struct pair catalog[] = {
#define ENTERED(entry_, family_, id_, title_, ...)                                                 \
    [pair_##id_] = {                                                                               \
        .family = #family_,                                                                        \
        .id = #id_,                                                                                \
        .title = title_,                                                                           \
        .entry_ = {[VARIANT_LEAK] = leak_##id_, [VARIANT_FIX] = fix_##id_},                        \
        .expected = {[VARIANT_LEAK] = {__VA_ARGS__}},                                              \
    },
#define PAIR(...)     ENTERED(entry, __VA_ARGS__)
#define ON_LOOP(...)  ENTERED(on_loop, __VA_ARGS__)
#define THREADED(...) ENTERED(threaded, __VA_ARGS__)
#include "catalog.def"
#undef PAIR
#undef ON_LOOP
#undef THREADED
};

const size_t catalog_length = sizeof catalog / sizeof *catalog;

const char *variant_name(enum variant variant)
{
    return variant == VARIANT_LEAK ? "leak" : "fix";
}

bool expectation_parks(const struct expectation *expected)
{
    for (int reason = 0; reason < WAIT_REASONS; reason++)
        if (expected->parked[reason])
            return true;
    return false;
}

bool pair_is_plain(const struct pair *pair)
{
    return pair->on_loop[VARIANT_LEAK] || pair->threaded[VARIANT_LEAK];
}

bool expectation_is_plain(const struct expectation *expected)
{
    for (int type = 0; type < HANDLE_TYPES; type++)
        if (expected->handles[type])
            return true;
    return expected->requests || expected->queued || expected->descriptors || expected->threads;
}

bool expectation_is_any(const struct expectation *expected)
{
    return expectation_parks(expected) || expected->timers || expected->timers_held ||
           expected->tasks_held || expected->held_for || expected->contexts || expected->channels ||
           expected->heap || expectation_is_plain(expected);
}

const struct pair *catalog_find(const char *id)
{
    FOR_EACH_PAIR (pair)
        if (strcmp(pair->id, id) == 0)
            return pair;
    return NULL;
}

int catalog_id_width(void)
{
    size_t widest = 0;
    FOR_EACH_PAIR (pair)
        widest = strlen(pair->id) > widest ? strlen(pair->id) : widest;
    return (int)widest;
}

/* Whole words, of letters and digits; case does not matter. Short ones mean nothing. */
static bool has_word(const char *text, const char *word)
{
    enum { SHORTEST = 3 };
    size_t length = strlen(word);
    if (length < SHORTEST)
        return false;
    for (const char *at = text; (at = strcasestr(at, word)); at++)
        if ((at == text || !isalnum((unsigned char)at[-1])) && !isalnum((unsigned char)at[length]))
            return true;
    return false;
}

bool catalog_names(const char *word, enum naming naming, const struct pair *pair)
{
    switch (naming) {
    case NAMING_ID:
        return strcmp(pair->id, word) == 0;
    case NAMING_FAMILY:
        return strcmp(pair->family, word) == 0;
    case NAMING_WORD:
        return has_word(pair->id, word) || has_word(pair->title, word);
    default:
        return false;
    }
}

enum naming catalog_naming(const char *word)
{
    for (enum naming naming = 0; naming < NAMINGS; naming++)
        FOR_EACH_PAIR (pair)
            if (catalog_names(word, naming, pair))
                return naming;
    return NAMINGS;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t edit_distance(const char *a, const char *b)
{
    enum { LONGEST = 64 };
    size_t rows = strnlen(a, LONGEST), columns = strnlen(b, LONGEST);
    size_t row[LONGEST + 1];
    for (size_t j = 0; j <= columns; j++)
        row[j] = j;
    for (size_t i = 1; i <= rows; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= columns; j++) {
            size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = least(replaced, least(row[j], row[j - 1]) + 1);
        }
    }
    return row[columns];
}

/* A part of an id is near to it, whatever is missing; 0 is nearest. */
static size_t remoteness(const char *typed, const char *id)
{
    if (strlen(typed) > 2 && strstr(id, typed))
        return 1;
    return edit_distance(typed, id);
}

size_t catalog_nearest(const char *id, const struct pair **nearest, size_t most)
{
    size_t found = 0, limit = strlen(id) / 4 + 1;
    for (size_t distance = 0; distance <= limit; distance++)
        FOR_EACH_PAIR (pair)
            if (found < most && remoteness(id, pair->id) == distance)
                nearest[found++] = pair;
    return found;
}
