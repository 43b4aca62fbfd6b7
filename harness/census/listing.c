#include "census/listing.h"
#include "census/census.h"
#include "census/standing.h"
#include "profile/symbol.h"
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS = 96 };

struct group {
    struct census_entry first;
    char state[WORDS];
    uint64_t count, queued;
    int64_t oldest, newest; /* of since */
};

struct gathered {
    const struct listing *listing;
    struct group *groups;
    size_t length, room, last; /* last: where the last one went */
    uint64_t of_kind[CENSUS_THREAD + 1];
    bool short_of_memory;
};

/* --- Gathering ----------------------------------------------------------------------------------- */

static bool is_wanted(const struct listing *listing, const struct census_entry *entry)
{
    const uv_handle_t *handle = entry->object;
    if (entry->mark - listing->since > UINT32_MAX / 2)
        return false;
    return !handle ||
           ((!listing->loop || handle->loop == listing->loop) && handle != listing->except);
}

/* But for how much is queued, which is added up. */
static bool is_like(const struct census_entry *a, const struct census_entry *b)
{
    return a->kind == b->kind && a->stack == b->stack && a->type == b->type &&
           a->closing == b->closing && a->active == b->active && a->referenced == b->referenced &&
           a->ended == b->ended && a->detached == b->detached && !a->queued == !b->queued;
}

static struct group *group_of(struct gathered *all, const struct census_entry *entry)
{
    if (all->length && is_like(&all->groups[all->last].first, entry))
        return &all->groups[all->last];
    for (all->last = 0; all->last < all->length; all->last++)
        if (is_like(&all->groups[all->last].first, entry))
            return &all->groups[all->last];
    if (all->length == all->room) {
        size_t room = all->room ? 2 * all->room : 64;
        struct group *more = realloc(all->groups, room * sizeof *more);
        if (!more)
            return NULL;
        all->groups = more;
        all->room = room;
    }
    all->groups[all->length] =
        (struct group){.first = *entry, .oldest = entry->since, .newest = entry->since};
    return &all->groups[all->length++];
}

static bool gather(const struct census_entry *entry, void *arg)
{
    struct gathered *all = arg;
    if (!is_wanted(all->listing, entry))
        return true;
    struct group *group = group_of(all, entry);
    if (!group) {
        all->short_of_memory = true;
        return false;
    }
    group->count++;
    group->queued += entry->queued;
    group->oldest = entry->since < group->oldest ? entry->since : group->oldest;
    group->newest = entry->since > group->newest ? entry->since : group->newest;
    all->of_kind[entry->kind]++;
    return true;
}

static int more_first(const void *a, const void *b)
{
    const struct group *x = a, *y = b;
    if (x->count != y->count)
        return x->count < y->count ? 1 : -1;
    return (x->first.mark > y->first.mark) - (x->first.mark < y->first.mark);
}

/* --- Words --------------------------------------------------------------------------------------- */

static const char *noun(const struct group *group)
{
    static const char *const nouns[] = {
        [CENSUS_DESCRIPTOR] = "descriptor", [CENSUS_THREAD] = "thread"};
    return group->first.kind == CENSUS_HANDLE ? census_type(group->first.type)
                                              : nouns[group->first.kind];
}

static void say_state(struct group *group)
{
    struct census_entry all = group->first;
    all.queued = group->queued;
    census_state(&all, group->state, sizeof group->state);
}

/* What the lab or its tests have on the stack above the program is not the program's. */
static bool is_ours(const struct symbol *symbol)
{
    return symbol->file && strstr(symbol->file, "harness/load/");
}

/* `made at FILE:LINE in FUNCTION`, and what that was put into by the compiler. */
static void write_place(const char *word, const struct symbol *symbol, FILE *out)
{
    for (; symbol; symbol = symbol->inlined_into, word = "called") {
        if (symbol->file)
            fprintf(out, "    %s at %s:%d in %s\n", word, symbol->file, symbol->line,
                    symbol->function ? symbol->function : "?");
        else if (symbol->function)
            fprintf(out, "    %s in %s\n", word, symbol->function);
        else
            fprintf(out, "    %s at %s+0x%" PRIxPTR "\n", word, symbol->module, symbol->offset);
    }
}

static void write_frames(const struct group *group, FILE *out)
{
    for (size_t i = 0; i < group->first.depth; i++) {
        const struct symbol *symbol = symbol_of_return(group->first.frames[i]);
        bool is_libc = !symbol->file && i > 0; /* below main() */
        if (is_ours(symbol) || is_libc)
            break;
        write_place(i ? "called" : "made", symbol, out);
        if (symbol->function && !strcmp(symbol->function, "main"))
            break;
    }
}

/* `1,000 handles`, `1 handle`. */
static void write_count(uint64_t count, const char *what, FILE *out)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%" PRIu64, count);
    for (int i = 0; i < length; i++) {
        fputc(digits[i], out);
        if (i + 1 < length && (length - 1 - i) % 3 == 0)
            fputc(',', out);
    }
    fprintf(out, " %s%s", what, count == 1 ? "" : "s");
}

/* Of the first of them: the others were made like it. */
static void write_standing(const struct group *group, FILE *out)
{
    const void *frames[STANDING_FRAMES];
    size_t depth =
        group->first.kind == CENSUS_THREAD ? standing_frames(group->first.number, frames) : 0;
    for (size_t i = 0; i < depth; i++) {
        const struct symbol *symbol = symbol_of_return(frames[i]);
        if (symbol->file && strstr(symbol->file, "harness/census/"))
            break; /* the thread's beginning is ours */
        write_place(i ? "called" : "stands", symbol, out);
    }
}

static void write_words(const struct gathered *all, FILE *out)
{
    const char *about = all->listing->subject;
    write_count(all->of_kind[CENSUS_HANDLE], "handle", out);
    fputs(", ", out);
    write_count(all->of_kind[CENSUS_DESCRIPTOR], "descriptor", out);
    fputs(" and ", out);
    write_count(all->of_kind[CENSUS_THREAD], "thread", out);
    fprintf(out, "%s%s\n", about ? ": " : " are open", about ? about : "");
    for (size_t i = 0; i < all->length; i++) {
        const struct group *group = &all->groups[i];
        char what[32];
        snprintf(what, sizeof what, "%.16s%s", noun(group),
                 group->first.kind == CENSUS_HANDLE ? " handle" : "");
        fputc('\n', out);
        write_count(group->count, what, out);
        fprintf(out, "%s%s\n", group->state[0] ? ", " : "", group->state);
        write_standing(group, out);
        write_frames(group, out);
        if (group->count > 1)
            fprintf(out, "    the first %.3f s before the last\n",
                    (double)(group->newest - group->oldest) / 1000);
    }
}

/* --- For programs -------------------------------------------------------------------------------- */

static json_t *frames_json(const struct group *group)
{
    json_t *frames = json_array();
    for (size_t i = 0; i < group->first.depth; i++) {
        const struct symbol *symbol = symbol_of_return(group->first.frames[i]);
        json_array_append_new(frames, json_pack("{s:s?, s:s?, s:i}", "function", symbol->function,
                                                "file", symbol->file, "line", symbol->line));
    }
    return frames;
}

static json_t *group_json(const struct group *group)
{
    static const char *const kinds[] = {
        [CENSUS_HANDLE] = "handle", [CENSUS_DESCRIPTOR] = "descriptor", [CENSUS_THREAD] = "thread"};
    const struct census_entry *first = &group->first;
    json_t *object = json_pack("{s:s, s:I, s:s, s:I, s:I, s:o}", "kind", kinds[first->kind],
                               "count", (json_int_t)group->count, "state", group->state,
                               "oldest_ms", (json_int_t)group->oldest, "newest_ms",
                               (json_int_t)group->newest, "made", frames_json(group));
    if (first->kind == CENSUS_HANDLE)
        json_object_update_new(
            object, json_pack("{s:s, s:b, s:b, s:b, s:I}", "type", census_type(first->type),
                              "active", first->active, "referenced", first->referenced, "closing",
                              first->closing, "queued_bytes", (json_int_t)group->queued));
    if (first->kind == CENSUS_THREAD)
        json_object_update_new(
            object, json_pack("{s:b, s:b}", "ended", first->ended, "detached", first->detached));
    return object;
}

/* {"subject", "handles", "descriptors", "threads": how many, "groups": most first, each {"kind", "count", "state" in words,
 * "oldest_ms", "newest_ms" (when they were made), "made": frames, leaf first, {"function","file","line"}; of handles
 * "type", "active", "referenced", "closing", "queued_bytes"; of threads "ended", "detached"}} */
static void write_json(const struct gathered *all, FILE *out)
{
    json_t *groups = json_array();
    for (size_t i = 0; i < all->length; i++)
        json_array_append_new(groups, group_json(&all->groups[i]));
    json_t *object = json_pack("{s:s?, s:I, s:I, s:I, s:o}", "subject", all->listing->subject,
                               "handles", (json_int_t)all->of_kind[CENSUS_HANDLE], "descriptors",
                               (json_int_t)all->of_kind[CENSUS_DESCRIPTOR], "threads",
                               (json_int_t)all->of_kind[CENSUS_THREAD], "groups", groups);
    json_dumpf(object, out, JSON_INDENT(2));
    fputc('\n', out);
    json_decref(object);
}

static void write_folded(const struct gathered *all, FILE *out)
{
    for (size_t i = 0; i < all->length; i++) {
        const struct group *group = &all->groups[i];
        for (size_t j = group->first.depth; j-- > 0;) {
            const struct symbol *symbol = symbol_of_return(group->first.frames[j]);
            if (!is_ours(symbol) && symbol->function)
                fprintf(out, "%s;", symbol->function);
        }
        fprintf(out, "[%s%s%s] %" PRIu64 "\n", noun(group), group->state[0] ? ", " : "",
                group->state, group->count);
    }
}

long listing_write(const struct listing *listing, FILE *out)
{
    static void (*const writers[])(const struct gathered *,
                                   FILE *) = {[LISTING_SUMMARY] = write_words,
                                              [LISTING_JSON] = write_json,
                                              [LISTING_FOLDED] = write_folded};
    struct gathered all = {.listing = listing};
    census_each(gather, &all);
    if (all.short_of_memory) {
        free(all.groups);
        return -1;
    }
    if (all.length)
        qsort(all.groups, all.length, sizeof *all.groups, more_first);
    for (size_t i = 0; i < all.length; i++)
        say_state(&all.groups[i]);
    writers[listing->format](&all, out);
    free(all.groups);
    return (long)(all.of_kind[CENSUS_HANDLE] + all.of_kind[CENSUS_DESCRIPTOR] +
                  all.of_kind[CENSUS_THREAD]);
}
