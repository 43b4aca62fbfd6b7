#include "result/summary_read.h"
#include "record/kept_json.h"
#include "record/recorded_conditions.h"
#include "result/estimates.h"
#include "result/summary_fields.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    NAME_LONGEST = 64,
    PAIRS_MOST = 1000,
    RUNS_MOST = 10000,
    TEXT_LONGEST = 1000,
    SOURCE_LONGEST = 1 << 20
};

static double figure(struct taker *taker, const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    if (json_is_string(value) && strcmp(json_string_value(value), "never") == 0)
        return INFINITY;
    return take_number(taker, object, name);
}

static char *text(struct taker *taker, const json_t *object, const char *name, size_t longest)
{
    char *copy = strdup(take_text(taker, object, name, longest));
    if (!copy)
        take_refuse(taker, "no memory for it");
    return copy;
}

static void *room_for(struct taker *taker, const json_t *array, size_t size)
{
    void *room = calloc(json_array_size(array) + 1, size);
    if (!room)
        take_refuse(taker, "no memory for it");
    return room;
}

static struct estimate read_estimate(struct taker *taker, const json_t *object)
{
    const char *name = take_text(taker, object, "interval_by", TEXT_LONGEST);
    struct estimate estimate = {
        .value = figure(taker, object, "value"),
        .low = figure(taker, object, "low"),
        .high = figure(taker, object, "high"),
    };
    for (enum interval_basis basis = INTERVAL_NONE; basis < INTERVAL_BASES; basis++)
        if (strcmp(name, interval_basis_text(basis)) == 0)
            estimate.basis = basis;
    return estimate;
}

static struct attribution read_attribution(struct taker *taker, const json_t *object)
{
    const json_t *parts = take_object(taker, object, "parts");
    struct attribution a = {
        .growth = figure(taker, object, "growth"),
        .rest = figure(taker, object, "rest"),
        .page_tables = figure(taker, object, "page_tables"),
        .by_mappings = take_boolean(taker, object, "by_mappings"),
    };
    for (enum share share = 0; share < SHARES; share++)
        a.part[share] = figure(taker, parts, share_key(share));
    return a;
}

/* A result of before has it not, nor has one of a pair that leaves tasks or timers. */
static void read_left(struct run_figures *run, const json_t *object, struct taker *taker)
{
    run_figures_forget_left(run);
    if (!json_object_get(object, "left"))
        return;
    const json_t *left = take_object(taker, object, "left");
    for (int kind = 0; kind < LEFT_KINDS; kind++) {
        char key[LEFT_KIND];
        bool named = *left_kind_key(key, kind) && left && json_object_get(left, key);
        run->left[kind] = named ? figure(taker, left, key) : 0;
    }
}

static void read_run(struct run_figures *run, const json_t *object, int64_t schema,
                     struct taker *taker)
{
    *run = (struct run_figures){
        .repetition = (unsigned)take_whole(taker, object, "repetition", 0, 100000),
        .as_catalogued = take_boolean(taker, object, "as_catalogued"),
        .outlier = take_boolean(taker, object, "outlier"),
        .under_load = read_attribution(taker, take_object(taker, object, "under_load")),
        .after_settle = read_attribution(taker, take_object(taker, object, "after_settle")),
    };
    for (size_t i = 0; i < run_field_count; i++) {
        double value = figure(taker, object, run_fields[i].name);
        memcpy((char *)run + run_fields[i].offset, &value, sizeof value);
    }
    read_left(run, object, taker);
    if (schema == SUMMARY_NOT_APART)
        run_figures_share_out(run);
}

static void read_deaths(struct measured *measured, const json_t *array, struct taker *taker)
{
    measured->deaths = room_for(taker, array, sizeof *measured->deaths);
    for (size_t i = 0; measured->deaths && i < json_array_size(array); i++) {
        const json_t *object = json_array_get(array, i);
        struct death_figures *death = &measured->deaths[measured->death_count++];
        *death = (struct death_figures){
            .repetition = (unsigned)take_whole(taker, object, "repetition", 0, 100000),
            .killed = take_boolean(taker, object, "killed"),
        };
        for (size_t k = 0; k < death_field_count; k++) {
            double value = figure(taker, object, death_fields[k].name);
            memcpy((char *)death + death_fields[k].offset, &value, sizeof value);
        }
    }
}

static void read_places(struct measured *measured, const json_t *array, struct taker *taker)
{
    for (size_t i = 0; i < json_array_size(array); i++) {
        const json_t *object = json_array_get(array, i);
        struct parked_place *place = &measured->places[measured->place_count++];
        *place = (struct parked_place){
            .count = take_count(taker, object, "count"),
            .line = take_count(taker, object, "line"),
            .kept_awake = take_boolean(taker, object, "kept_awake"),
        };
        snprintf(place->reason, sizeof place->reason, "%s",
                 take_text(taker, object, "reason", sizeof place->reason - 1));
        snprintf(place->file, sizeof place->file, "%s",
                 take_text(taker, object, "file", sizeof place->file - 1));
    }
}

static void read_made(struct measured *measured, const json_t *object, struct taker *taker)
{
    if (!json_object_get(object, "made"))
        return;
    const json_t *array = take_array(taker, object, "made", MADE_SHOWN);
    for (size_t i = 0; i < json_array_size(array); i++) {
        const json_t *group = json_array_get(array, i);
        struct made_place *made = &measured->made[measured->made_count++];
        *made = (struct made_place){.count = take_count(taker, group, "count"),
                                    .line = take_count(taker, group, "line")};
        snprintf(made->kind, sizeof made->kind, "%s",
                 take_text(taker, group, "kind", sizeof made->kind - 1));
        snprintf(made->what, sizeof made->what, "%s",
                 take_text(taker, group, "what", sizeof made->what - 1));
        snprintf(made->file, sizeof made->file, "%s",
                 take_text(taker, group, "file", sizeof made->file - 1));
        snprintf(made->function, sizeof made->function, "%s",
                 take_text(taker, group, "function", sizeof made->function - 1));
    }
}

static void read_measured(struct measured *measured, const json_t *object, int64_t schema,
                          struct taker *taker)
{
    const json_t *runs = take_array(taker, object, "runs", RUNS_MOST);
    const json_t *estimates = take_object(taker, object, "estimates");
    measured->path = text(taker, object, "path", 200);
    measured->verdict = text(taker, object, "verdict", TEXT_LONGEST);
    measured->source = text(taker, object, "source", SOURCE_LONGEST);
    measured->unfinished = take_count(taker, object, "unfinished");
    measured->expected = recorded_expectation(taker, take_object(taker, object, "expected"));
    measured->under_load = read_attribution(taker, take_object(taker, object, "under_load"));
    measured->after_settle = read_attribution(taker, take_object(taker, object, "after_settle"));
    for (size_t i = 0; schema != SUMMARY_NOT_APART && i < estimate_field_count; i++) {
        struct estimate estimate =
            read_estimate(taker, take_object(taker, estimates, estimate_fields[i].name));
        memcpy((char *)measured + estimate_fields[i].offset, &estimate, sizeof estimate);
    }
    measured->kept = kept_of_json(taker, json_object_get(object, "kept"));
    read_deaths(measured, take_array(taker, object, "deaths", RUNS_MOST), taker);
    read_places(measured, take_array(taker, object, "parked", PARKED_SHOWN), taker);
    read_made(measured, object, taker);
    measured->runs = room_for(taker, runs, sizeof *measured->runs);
    for (size_t i = 0; measured->runs && i < json_array_size(runs); i++)
        read_run(&measured->runs[measured->run_count++], json_array_get(runs, i), schema, taker);
}

/* It stands in links and in names of files. */
static char *name(struct taker *taker, const json_t *object, const char *member)
{
    recorded_check_name(taker, member, take_text(taker, object, member, NAME_LONGEST));
    return text(taker, object, member, NAME_LONGEST);
}

static void check_path(struct taker *taker, const struct measured_pair *pair, enum variant variant)
{
    char path[SAMPLE_PATH];
    if (!take_failed(taker) &&
        strcmp(pair->variants[variant].path, summary_sample(path, pair, variant)) != 0)
        take_refuse(taker, "\"path\" is not that of the sample: %s", path);
}

static void read_pair(struct measured_pair *pair, const json_t *object, int64_t schema,
                      struct taker *taker)
{
    pair->id = name(taker, object, "id");
    pair->family = name(taker, object, "family");
    pair->title = text(taker, object, "title", TEXT_LONGEST);
    pair->twin = json_object_get(object, "twin") ? name(taker, object, "twin")
                                                 : text(taker, object, "twin", NAME_LONGEST);
    pair->twin_version = text(taker, object, "twin_version", TEXT_LONGEST);
    pair->settings = recorded_settings(taker, take_object(taker, object, "settings"));
    for (enum variant v = 0; v < VARIANTS; v++)
        if (json_object_get(object, variant_name(v))) {
            read_measured(&pair->variants[v], take_object(taker, object, variant_name(v)), schema,
                          taker);
            check_path(taker, pair, v);
        }
}

static struct measured_pair *read_pairs(struct taker *taker, const json_t *array, int64_t schema,
                                        size_t *count)
{
    struct measured_pair *pairs = room_for(taker, array, sizeof *pairs);
    for (size_t i = 0; pairs && i < json_array_size(array); i++)
        read_pair(&pairs[(*count)++], json_array_get(array, i), schema, taker);
    return pairs;
}

static void read_summary(struct summary *summary, const json_t *json, struct taker *taker)
{
    int64_t schema = take_whole(taker, json, "schema", 1, INT64_MAX);
    if (schema > SUMMARY_SCHEMA)
        take_refuse(taker,
                    "its schema is %lld and this leaklab reads up to %d: read it with a newer one",
                    (long long)schema, SUMMARY_SCHEMA);
    const json_t *pairs = take_array(taker, json, "pairs", PAIRS_MOST);
    const json_t *about = take_object(taker, json, "about");
    summary->name = text(taker, json, "name", TEXT_LONGEST);
    summary->cut = text(taker, json, "cut", TEXT_LONGEST);
    summary->pairs = read_pairs(taker, pairs, schema, &summary->pair_count);
    if (json_object_get(json, "twins"))
        summary->twins = read_pairs(taker, take_array(taker, json, "twins", PAIRS_MOST), schema,
                                    &summary->twin_count);
    recorded_check_header(taker, about);
    if (!take_failed(taker) && schema == SUMMARY_NOT_APART &&
        !(estimates_make(summary->pairs, summary->pair_count) &&
          estimates_make(summary->twins, summary->twin_count)))
        take_refuse(taker, "no memory for it");
    if (!take_failed(taker))
        summary->about = json_incref((json_t *)about);
}

struct summary *summary_of_json(const json_t *json, struct taker *taker)
{
    struct summary *summary = calloc(1, sizeof *summary);
    if (summary)
        read_summary(summary, json, taker);
    else
        take_refuse(taker, "no memory for it");
    if (!take_failed(taker))
        return summary;
    summary_free(summary);
    return NULL;
}
