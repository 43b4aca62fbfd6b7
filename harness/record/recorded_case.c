#include "record/recorded_case.h"
#include "probe/quantiles.h"
#include "record/kept_json.h"
#include "record/recorded_conditions.h"
#include "record/recorded_sample.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ID_LONGEST = 64, TEXT_LONGEST = 1000, PARKED_MOST = 1000, LATENCIES_A_LINE = 100000 };

void recorded_case_free(struct recorded_case *c)
{
    free(c->id);
    free(c->family);
    free(c->title);
    free(c->twin);
    free(c->twin_version);
    free(c->samples);
    free(c->latencies);
    for (enum latency_part part = 0; part < LATENCY_PARTS; part++)
        free(c->quantiles[part]);
    free(c->verdict);
    free(c->ending);
    json_decref(c->end);
}

static char *copy(struct taker *taker, const char *text)
{
    char *copied = strdup(text);
    if (!copied)
        take_refuse(taker, "no memory for it");
    return copied;
}

/* --- The beginning -------------------------------------------------------------------------- */

static enum variant variant_of(struct taker *taker, const json_t *line)
{
    const char *name = take_text(taker, line, "variant", ID_LONGEST);
    for (enum variant v = 0; v < VARIANTS; v++)
        if (strcmp(name, variant_name(v)) == 0)
            return v;
    take_refuse(taker, "\"variant\" is neither leak nor fix");
    return VARIANT_LEAK;
}

void recorded_case_start(struct recorded_case *c, const json_t *line, struct taker *taker)
{
    const char *id = take_text(taker, line, "id", ID_LONGEST);
    const char *family = take_text(taker, line, "family", ID_LONGEST);
    const char *title = take_text(taker, line, "title", TEXT_LONGEST);
    recorded_check_name(taker, "id", id);
    recorded_check_name(taker, "family", family);
    const struct pair *pair = catalog_find(id);
    if (!*title && pair) /* a record of before titles were in it */
        title = pair->title;
    c->id = copy(taker, id);
    c->family = copy(taker, family);
    c->title = copy(taker, *title ? title : id);
    c->variant = variant_of(taker, line);
    const char *twin = take_text(taker, line, "twin", ID_LONGEST);
    if (*twin)
        recorded_check_name(taker, "twin", twin);
    c->twin = copy(taker, twin);
    c->twin_version = copy(taker, take_text(taker, line, "twin_version", ID_LONGEST));
    c->repetition = (unsigned)take_whole(taker, line, "repetition", 0, 100000);
    c->settings = recorded_settings(taker, take_object(taker, line, "settings"));
    c->expected = recorded_expectation(taker, take_object(taker, line, "expected"));
}

/* --- Samples -------------------------------------------------------------------------------- */

static struct sample *room_for_one(struct recorded_case *c)
{
    if (c->sample_count == c->sample_capacity) {
        size_t capacity = c->sample_capacity ? 2 * c->sample_capacity : 64;
        struct sample *more = realloc(c->samples, capacity * sizeof *more);
        if (!more)
            return NULL;
        c->samples = more;
        c->sample_capacity = capacity;
    }
    return &c->samples[c->sample_count];
}

void recorded_case_sample(struct recorded_case *c, const json_t *line, struct taker *taker)
{
    struct sample *sample = room_for_one(c);
    if (!sample) {
        take_refuse(taker, "no memory for it");
        return;
    }
    *sample = recorded_sample(taker, line);
    if (!take_failed(taker))
        c->sample_count++;
}

/* --- Latencies ------------------------------------------------------------------------------ */

static bool is_time(const json_t *value)
{
    return json_is_integer(value) && json_integer_value(value) >= 0;
}

/* late: NULL in records of before. */
static struct latency latency_at(const json_t *responses, const json_t *late, size_t i,
                                 struct taker *taker)
{
    const json_t *response = json_array_get(responses, i);
    const json_t *part = late ? json_array_get(late, i) : response;
    if (!is_time(response) || !is_time(part) ||
        json_integer_value(part) > json_integer_value(response)) {
        take_refuse(taker, "\"%s\" has something that is no latency", late ? "late_ns" : "ns");
        return (struct latency){0, 0};
    }
    int64_t began = json_integer_value(part);
    return (struct latency){began, json_integer_value(response) - began};
}

void recorded_case_latencies(struct recorded_case *c, const json_t *line, struct taker *taker)
{
    const json_t *array = take_array(taker, line, "ns", LATENCIES_A_LINE), *late = NULL;
    size_t length = json_array_size(array), count = c->latency_count;
    take_whole(taker, line, "first", (int64_t)count, (int64_t)count);
    if (json_object_get(line, "late_ns"))
        late = take_array(taker, line, "late_ns", LATENCIES_A_LINE);
    if (late && json_array_size(late) != length)
        take_refuse(taker, "\"late_ns\" has not as many as \"ns\"");
    if (take_failed(taker) || length == 0)
        return;
    struct latency *more = realloc(c->latencies, (count + length) * sizeof *more);
    if (!more) {
        take_refuse(taker, "no memory for it");
        return;
    }
    c->latencies = more;
    c->apart = late != NULL && (count == 0 || c->apart);
    for (size_t i = 0; i < length; i++)
        more[count + i] = latency_at(array, late, i, taker);
    if (!take_failed(taker))
        c->latency_count += length;
}

/* What a grid of quantiles is called; the first is there in each record. */
static const char *const grid_names[LATENCY_PARTS] = {
    [LATENCY_RESPONSE] = "ns", [LATENCY_LATE] = "late_ns", [LATENCY_SERVICE] = "service_ns"};

/* NULL where it is wrong: then that is said. */
static double *read_grid(const json_t *line, const char *name, struct taker *taker)
{
    const json_t *array = take_array(taker, line, name, QUANTILE_PARTS + 1);
    bool whole = json_array_size(array) == QUANTILE_PARTS + 1;
    double *grid = whole ? calloc(QUANTILE_PARTS + 1, sizeof *grid) : NULL;
    if (!grid)
        take_refuse(taker, "\"%s\" is no row of %d quantiles", name, QUANTILE_PARTS + 1);
    for (size_t i = 0; grid && i <= QUANTILE_PARTS; i++) {
        const json_t *value = json_array_get(array, i);
        if (!json_is_null(value) && !is_time(value))
            take_refuse(taker, "\"%s\" has something that is no latency", name);
        grid[i] = json_is_null(value) ? INFINITY : (double)json_integer_value(value);
    }
    return grid;
}

/* Of a case without a request, or where none has returned, a grid may be empty. */
void recorded_case_quantiles(struct recorded_case *c, const json_t *line, struct taker *taker)
{
    c->apart = json_object_get(line, grid_names[LATENCY_SERVICE]) != NULL;
    int64_t returned = take_known(taker, line, "count");
    c->returned = returned > 0 ? (double)returned : 0;
    for (enum latency_part part = 0; part < LATENCY_PARTS; part++) {
        const char *name = grid_names[part];
        if (part != LATENCY_RESPONSE && !json_object_get(line, name))
            continue;
        if (json_array_size(take_array(taker, line, name, QUANTILE_PARTS + 1)) == 0)
            continue;
        if (c->quantiles[part])
            take_refuse(taker, "a second row of quantiles");
        else
            c->quantiles[part] = read_grid(line, name, taker);
    }
}

/* --- The end -------------------------------------------------------------------------------- */

static void read_counts(struct recorded_case *c, const json_t *counts, struct taker *taker)
{
    static const char *const moments[MOMENTS] = {"baseline", "held", "left"};
    for (int moment = 0; moment < MOMENTS; moment++) {
        const json_t *there = json_object_get(counts, moments[moment]);
        if (!there || json_is_null(there))
            continue;
        c->counts[moment] =
            recorded_counts(taker, take_object(taker, counts, moments[moment]), "heap_bytes");
        c->counted[moment] = true;
    }
}

static void check_parked(const json_t *groups, struct taker *taker)
{
    for (size_t i = 0; i < json_array_size(groups); i++) {
        const json_t *group = json_array_get(groups, i);
        take_count(taker, group, "count");
        take_text(taker, group, "reason", ID_LONGEST);
        take_text(taker, group, "file", TEXT_LONGEST);
        take_text(taker, group, "function", TEXT_LONGEST);
        take_count(taker, group, "line");
        take_boolean(taker, group, "kept_awake");
    }
}

/* Not in records of before. */
static void check_objects(const json_t *line, struct taker *taker)
{
    if (!json_object_get(line, "objects"))
        return;
    const json_t *groups = take_array(taker, line, "objects", PARKED_MOST);
    for (size_t i = 0; i < json_array_size(groups); i++) {
        const json_t *group = json_array_get(groups, i);
        take_count(taker, group, "count");
        take_count(taker, group, "made_line");
        take_text(taker, group, "kind", ID_LONGEST);
        take_text(taker, group, "what", TEXT_LONGEST);
        take_text(taker, group, "made_file", TEXT_LONGEST);
        take_text(taker, group, "made_function", TEXT_LONGEST);
    }
}

static double share(struct taker *taker, const json_t *object, const char *name)
{
    double value = take_number(taker, object, name);
    if (value < 0 || value > 1)
        take_refuse(taker, "\"%s\" is no share from 0 to 1", name);
    return value;
}

static struct noise read_noise(struct taker *taker, const json_t *object)
{
    return (struct noise){
        .load_average = take_number(taker, object, "load_average"),
        .others = share(taker, object, "others"),
        .stolen = share(taker, object, "stolen"),
        .waited = share(taker, object, "waited"),
    };
}

void recorded_case_end(struct recorded_case *c, const json_t *line, struct taker *taker)
{
    const json_t *verdict = take_object(taker, line, "verdict");
    c->sent = take_count(taker, line, "sent");
    c->refused = take_count(taker, line, "refused");
    read_counts(c, take_object(taker, line, "counts"), taker);
    check_parked(take_array(taker, line, "parked", PARKED_MOST), taker);
    check_objects(line, taker);
    c->as_catalogued = take_boolean(taker, verdict, "as_catalogued");
    c->verdict = copy(taker, take_text(taker, verdict, "words", TEXT_LONGEST));
    c->ending = copy(taker, take_text(taker, line, "ended", ID_LONGEST));
    take_known(taker, line, "status");
    c->ended_at = take_known(taker, line, "ended_ns");
    c->timers_gone = take_known(taker, line, "timers_gone_ns");
    const json_t *limit = json_object_get(line, "memory_limit");
    c->killed_by_limit = json_is_object(limit) && take_boolean(taker, limit, "killed");
    kept_of_json(taker, json_object_get(line, "kept"));
    take_known(taker, line, "paused_ns");
    if (json_object_get(line, "noise")) /* not in records of before */
        c->noise = read_noise(taker, take_object(taker, line, "noise"));
    else
        c->noise = noise_unknown;
    c->ended = true;
    if (!take_failed(taker))
        c->end = json_incref((json_t *)line);
}

/* --- Asked of it ---------------------------------------------------------------------------- */

const struct sample *recorded_phase_end(const struct recorded_case *c, enum phase phase)
{
    for (size_t i = 0; i < c->sample_count; i++)
        if (c->samples[i].phase_ends && c->samples[i].phase == phase)
            return &c->samples[i];
    return NULL;
}

uint64_t recorded_started(const struct recorded_case *c)
{
    return c->sent > c->refused ? c->sent - c->refused : 0;
}

bool recorded_apart(const struct recorded_case *c)
{
    return c->apart || (c->latency_count == 0 && !c->quantiles[LATENCY_RESPONSE]);
}

double recorded_all(const struct recorded_case *c, enum latency_part part)
{
    double returned = c->quantiles[part] ? c->returned : (double)c->latency_count;
    return part == LATENCY_LATE ? returned : fmax((double)c->sent, returned);
}

bool recorded_grid(const struct recorded_case *c, enum latency_part part, double *grid)
{
    for (int i = 0; i <= QUANTILE_PARTS; i++)
        grid[i] = c->quantiles[part] ? c->quantiles[part][i] : NAN;
    bool known = recorded_apart(c) || part == LATENCY_RESPONSE;
    if (c->quantiles[part] || !known)
        return true;
    double *sorted = quantile_sort(c->latencies, c->latency_count, part);
    if (!sorted)
        return false;
    quantiles_of(sorted, c->latency_count, recorded_all(c, part), grid);
    free(sorted);
    return true;
}
