#include "result/summarize.h"
#include "probe/printable.h"
#include "record/kept_json.h"
#include "result/estimates.h"
#include <stdlib.h>
#include <string.h>

/* --- Grouping ------------------------------------------------------------------------------- */

static struct measured_pair *pair_of(struct summary *summary, const struct recorded_case *c)
{
    struct measured_pair **pairs = *c->twin ? &summary->twins : &summary->pairs;
    size_t *count = *c->twin ? &summary->twin_count : &summary->pair_count;
    for (size_t i = 0; i < *count; i++)
        if (summary_is_of(&(*pairs)[i], c) &&
            summary_same_settings(&(*pairs)[i].settings, &c->settings))
            return &(*pairs)[i];
    struct measured_pair *more = realloc(*pairs, (*count + 1) * sizeof *more);
    if (!more)
        return NULL;
    *pairs = more;
    struct measured_pair *pair = &more[(*count)++];
    *pair = (struct measured_pair){
        .id = strdup(c->id),
        .family = strdup(c->family),
        .title = strdup(c->title),
        .twin = strdup(c->twin),
        .twin_version = strdup(c->twin_version),
        .settings = c->settings,
    };
    bool whole = pair->id && pair->family && pair->title && pair->twin && pair->twin_version;
    return whole ? pair : NULL;
}

static void take_places(struct measured *measured, const json_t *end)
{
    const json_t *groups = json_object_get(end, "parked");
    for (size_t i = 0; i < json_array_size(groups) && i < PARKED_SHOWN; i++) {
        const json_t *group = json_array_get(groups, i);
        const char *reason = json_string_value(json_object_get(group, "reason"));
        const char *file = json_string_value(json_object_get(group, "file"));
        struct parked_place *place = &measured->places[measured->place_count++];
        *place = (struct parked_place){
            .count = (uint64_t)json_integer_value(json_object_get(group, "count")),
            .line = (uint64_t)json_integer_value(json_object_get(group, "line")),
            .kept_awake = json_is_true(json_object_get(group, "kept_awake")),
        };
        printable_cut(place->reason, sizeof place->reason, reason ? reason : "");
        printable_cut(place->file, sizeof place->file, file ? file : "");
    }
}

static void take_made(struct measured *measured, const json_t *end)
{
    const json_t *groups = json_object_get(end, "objects");
    for (size_t i = 0; i < json_array_size(groups) && i < MADE_SHOWN; i++) {
        const json_t *group = json_array_get(groups, i);
        struct made_place *made = &measured->made[measured->made_count++];
        *made = (struct made_place){
            .count = (uint64_t)json_integer_value(json_object_get(group, "count")),
            .line = (uint64_t)json_integer_value(json_object_get(group, "made_line")),
        };
        const struct {
            const char *name;
            char *to;
            size_t size;
        } texts[] = {{"kind", made->kind, sizeof made->kind},
                     {"what", made->what, sizeof made->what},
                     {"made_file", made->file, sizeof made->file},
                     {"made_function", made->function, sizeof made->function}};
        for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
            const char *text = json_string_value(json_object_get(group, texts[k].name));
            printable_cut(texts[k].to, texts[k].size, text ? text : "");
        }
    }
}

static bool describe(struct measured_pair *pair, const struct recorded_case *c,
                     const struct recorded *recorded)
{
    char path[SAMPLE_PATH];
    struct measured *measured = &pair->variants[c->variant];
    summary_sample(path, pair, c->variant);
    const char *source = recorded_source(recorded, path);
    measured->expected = c->expected;
    measured->verdict = strdup(c->verdict);
    measured->path = strdup(path);
    measured->source = strdup(source ? source : "");
    struct taker taker = {{0}};
    measured->kept = kept_of_json(&taker, json_object_get(c->end, "kept"));
    take_places(measured, c->end);
    take_made(measured, c->end);
    return measured->verdict && measured->path && measured->source;
}

static bool add_death(struct measured *measured, const struct recorded_case *c, uint64_t seed)
{
    struct death_figures figures;
    if (!death_figures_of(c, seed, &figures))
        return true;
    struct death_figures *more =
        realloc(measured->deaths, (measured->death_count + 1) * sizeof *more);
    if (!more)
        return false;
    measured->deaths = more;
    more[measured->death_count++] = figures;
    return true;
}

static bool add_run(struct measured *measured, const struct recorded_case *c)
{
    struct run_figures *more = realloc(measured->runs, (measured->run_count + 1) * sizeof *more);
    if (!more)
        return false;
    measured->runs = more;
    return run_figures_of(c, &more[measured->run_count++]);
}

static bool add_case(struct summary *summary, const struct recorded *recorded,
                     const struct recorded_case *c, uint64_t seed)
{
    struct measured_pair *pair = pair_of(summary, c);
    if (!pair)
        return false;
    struct measured *measured = &pair->variants[c->variant];
    bool whole = c->ended && strcmp(c->ending, "well") == 0;
    measured->unfinished += !whole;
    if (!whole && !c->killed_by_limit)
        return true;
    if (!measured->path && !describe(pair, c, recorded))
        return false;
    return add_death(measured, c, seed) && (!whole || add_run(measured, c));
}

/* --- The whole ------------------------------------------------------------------------------ */

/* What a task or a timer holds comes and goes with it. */
static void forget_left(struct measured_pair *pairs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (enum variant v = 0; v < VARIANTS && !summary_tells_left(&pairs[i]); v++) {
            struct measured *measured = &pairs[i].variants[v];
            measured->made_count = 0;
            for (size_t k = 0; k < measured->run_count; k++)
                run_figures_forget_left(&measured->runs[k]);
        }
}

static bool fill(struct summary *summary, const struct recorded *recorded, uint64_t seed)
{
    summary->name = strdup("");
    summary->cut = strdup(recorded->cut);
    summary->about = json_incref(recorded->header);
    if (!summary->name || !summary->cut)
        return false;
    for (size_t i = 0; i < recorded->case_count; i++)
        if (!add_case(summary, recorded, &recorded->cases[i], seed))
            return false;
    forget_left(summary->pairs, summary->pair_count);
    forget_left(summary->twins, summary->twin_count);
    return estimates_make(summary->pairs, summary->pair_count) &&
           estimates_make(summary->twins, summary->twin_count);
}

struct summary *summary_of(const struct recorded *recorded)
{
    struct summary *summary = calloc(1, sizeof *summary);
    const json_t *seed = json_object_get(recorded->header, "seed");
    if (summary && !fill(summary, recorded, (uint64_t)json_integer_value(seed))) {
        summary_free(summary);
        return NULL;
    }
    return summary;
}

struct summary *summary_of_about(json_t *about)
{
    struct summary *summary = calloc(1, sizeof *summary);
    if (!summary)
        return NULL;
    summary->name = strdup("");
    summary->cut = strdup("");
    summary->about = json_incref(about);
    if (summary->name && summary->cut)
        return summary;
    summary_free(summary);
    return NULL;
}
