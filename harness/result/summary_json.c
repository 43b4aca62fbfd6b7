#include "result/summary_json.h"
#include "record/built.h"
#include "record/kept_json.h"
#include "record/record_json.h"
#include "result/summary_fields.h"
#include <math.h>
#include <string.h>

/* What is not known is null; what never came is "never". */
static json_t *number(double value)
{
    if (isnan(value))
        return json_null();
    return isinf(value) ? json_string("never") : json_real(value);
}

static json_t *estimate_json(const struct estimate *estimate)
{
    return json_pack("{s:o, s:o, s:o, s:s}", "value", number(estimate->value), "low",
                     number(estimate->low), "high", number(estimate->high), "interval_by",
                     interval_basis_text(estimate->basis));
}

static json_t *attribution_json(const struct attribution *a)
{
    json_t *parts = json_object();
    for (enum share share = 0; share < SHARES; share++)
        parts = built_with(parts, share_key(share), number(a->part[share]));
    return json_pack("{s:o, s:o, s:o, s:o, s:b}", "growth", number(a->growth), "parts", parts,
                     "rest", number(a->rest), "page_tables", number(a->page_tables), "by_mappings",
                     a->by_mappings);
}

/* What is not named is 0. */
static json_t *left_json(const struct run_figures *run)
{
    json_t *object = json_object();
    for (int kind = 0; kind < LEFT_KINDS; kind++) {
        char key[LEFT_KIND];
        if (*left_kind_key(key, kind) && run->left[kind] != 0)
            object = built_with(object, key, number(run->left[kind]));
    }
    return object;
}

static json_t *run_json(const struct run_figures *run)
{
    json_t *object = json_pack("{s:I, s:b, s:b}", "repetition", (json_int_t)run->repetition,
                               "as_catalogued", run->as_catalogued, "outlier", run->outlier);
    for (size_t i = 0; i < run_field_count; i++) {
        double value;
        memcpy(&value, (const char *)run + run_fields[i].offset, sizeof value);
        object = built_with(object, run_fields[i].name, number(value));
    }
    if (!isnan(run->left[0]))
        object = built_with(object, "left", left_json(run));
    object = built_with(object, "under_load", attribution_json(&run->under_load));
    return built_with(object, "after_settle", attribution_json(&run->after_settle));
}

static json_t *deaths_json(const struct measured *measured)
{
    json_t *array = json_array();
    for (size_t i = 0; i < measured->death_count; i++) {
        const struct death_figures *death = &measured->deaths[i];
        json_t *object = json_pack("{s:I, s:b}", "repetition", (json_int_t)death->repetition,
                                   "killed", death->killed);
        for (size_t k = 0; k < death_field_count; k++) {
            double value;
            memcpy(&value, (const char *)death + death_fields[k].offset, sizeof value);
            object = built_with(object, death_fields[k].name, number(value));
        }
        array = built_and(array, object);
    }
    return array;
}

static json_t *places_json(const struct measured *measured)
{
    json_t *array = json_array();
    for (size_t i = 0; i < measured->place_count; i++) {
        const struct parked_place *place = &measured->places[i];
        array = built_and(array,
                          json_pack("{s:I, s:s, s:s, s:I, s:b}", "count", (json_int_t)place->count,
                                    "reason", place->reason, "file", place->file, "line",
                                    (json_int_t)place->line, "kept_awake", place->kept_awake));
    }
    return array;
}

static json_t *made_json(const struct measured *measured)
{
    json_t *array = json_array();
    for (size_t i = 0; i < measured->made_count; i++) {
        const struct made_place *made = &measured->made[i];
        array = built_and(array, json_pack("{s:I, s:s, s:s, s:s, s:I, s:s}", "count",
                                           (json_int_t)made->count, "kind", made->kind, "what",
                                           made->what, "file", made->file, "line",
                                           (json_int_t)made->line, "function", made->function));
    }
    return array;
}

static json_t *measured_json(const struct measured *measured)
{
    json_t *runs = json_array(), *estimates = json_object();
    for (size_t i = 0; i < measured->run_count; i++)
        runs = built_and(runs, run_json(&measured->runs[i]));
    for (size_t i = 0; i < estimate_field_count; i++) {
        const void *at = (const char *)measured + estimate_fields[i].offset;
        estimates = built_with(estimates, estimate_fields[i].name, estimate_json(at));
    }
    json_t *json = json_pack(
        "{s:s, s:s, s:o, s:o, s:I, s:o, s:o, s:o, s:o, s:o, s:s}", "path", measured->path,
        "verdict", measured->verdict, "expected", record_json_expectation(&measured->expected),
        "parked", places_json(measured), "unfinished", (json_int_t)measured->unfinished,
        "estimates", estimates, "under_load", attribution_json(&measured->under_load),
        "after_settle", attribution_json(&measured->after_settle), "runs", runs, "deaths",
        deaths_json(measured), "source", measured->source);
    if (measured->made_count)
        json = built_with(json, "made", made_json(measured));
    return measured->kept.requests ? built_with(json, "kept", kept_json(&measured->kept)) : json;
}

static json_t *pair_json(const struct measured_pair *pair)
{
    json_t *object =
        json_pack("{s:s, s:s, s:s, s:o}", "id", pair->id, "family", pair->family, "title",
                  pair->title, "settings", record_json_settings(&pair->settings));
    if (*pair->twin) {
        object = built_with(object, "twin", json_string(pair->twin));
        object = built_with(object, "twin_version", json_string(pair->twin_version));
    }
    for (enum variant v = 0; v < VARIANTS; v++)
        if (pair->variants[v].path)
            object = built_with(object, variant_name(v), measured_json(&pair->variants[v]));
    return object;
}

static json_t *pairs_json(const struct measured_pair *pairs, size_t count)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++)
        array = built_and(array, pair_json(&pairs[i]));
    return array;
}

json_t *summary_json(const struct summary *summary)
{
    json_t *json = json_pack("{s:i, s:s, s:s, s:O, s:o}", "schema", SUMMARY_SCHEMA, "name",
                             summary->name, "cut", summary->cut, "about", summary->about, "pairs",
                             pairs_json(summary->pairs, summary->pair_count));
    if (summary->twin_count)
        json = built_with(json, "twins", pairs_json(summary->twins, summary->twin_count));
    return json;
}
