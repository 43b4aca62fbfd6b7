#include "record/recorded_case.h"
#include <ctype.h>
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
    free(c->quantiles);
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

/* Ids, families and languages stand in links, in names of files and in HTML: they are names of C, or refused. */
void recorded_check_name(struct taker *taker, const char *name, const char *text)
{
    size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_");
    if (length == 0 || text[length] || isdigit((unsigned char)text[0]))
        take_refuse(taker, "\"%s\" is no name: small letters, digits and '_'", name);
}

static enum variant variant_of(struct taker *taker, const json_t *line)
{
    const char *name = take_text(taker, line, "variant", ID_LONGEST);
    for (enum variant v = 0; v < VARIANTS; v++)
        if (strcmp(name, variant_name(v)) == 0)
            return v;
    take_refuse(taker, "\"variant\" is neither leak nor fix");
    return VARIANT_LEAK;
}

static double known_or_zero(double value)
{
    return value > 0 ? value : 0;
}

struct settings recorded_settings(struct taker *taker, const json_t *object)
{
    const char *arrivals = take_text(taker, object, "arrivals", ID_LONGEST);
    double rate = take_number(taker, object, "rate_per_second");
    if (strcmp(arrivals, "constant") != 0 && strcmp(arrivals, "poisson") != 0)
        take_refuse(taker, "\"arrivals\" is neither constant nor poisson");
    if (!(rate >= 0))
        take_refuse(taker, "\"rate_per_second\" is no rate");
    return (struct settings){
        .virtual_clock = take_boolean(taker, object, "virtual_clock"),
        .arrivals = arrivals[0] == 'p' ? ARRIVALS_POISSON : ARRIVALS_CONSTANT,
        .rate = rate,
        .requests = take_count(taker, object, "requests"),
        .duration = (int64_t)take_count(taker, object, "duration_ns"),
        .warm_up = take_count(taker, object, "warm_up_requests"),
        .baseline = (int64_t)take_count(taker, object, "baseline_ns"),
        .patience = (int64_t)take_count(taker, object, "patience_ns"),
        .settle = (int64_t)take_count(taker, object, "settle_ns"),
        .seed = take_count(taker, object, "seed"),
        .stack_bytes = take_count(taker, object, "stack_bytes"),
        .looks_per_second = known_or_zero(take_number(taker, object, "samples_per_second")),
        .memory_limit =
            (uint64_t)known_or_zero((double)take_known(taker, object, "memory_limit_bytes")),
    };
}

/* What is not named is 0; a reason that this leaklab does not know is passed over. */
static void waiting_of(struct taker *taker, const json_t *object, uint64_t *waiting)
{
    memset(waiting, 0, COUNTED_REASONS * sizeof *waiting);
    for (enum wait_reason reason = 0; object && reason < WAIT_REASONS; reason++)
        if (json_object_get(object, wait_reason_text(reason)))
            waiting[reason] = take_count(taker, object, wait_reason_text(reason));
}

/* Members that came later, or that are left out where they are 0. */
static int64_t if_said(struct taker *taker, const json_t *object, const char *name)
{
    int64_t value = take_known(taker, object, name);
    return value < 0 ? 0 : value;
}

struct expectation recorded_expectation(struct taker *taker, const json_t *object)
{
    uint64_t parked[COUNTED_REASONS];
    struct expectation expected = {
        .timers = (uint32_t)take_whole(taker, object, "timers", 0, UINT32_MAX),
        .timers_held = (uint32_t)take_whole(taker, object, "timers_held", 0, UINT32_MAX),
        .tasks_held = (uint32_t)if_said(taker, object, "tasks_held"),
        .held_for = if_said(taker, object, "held_for_ns"),
        .contexts = (uint32_t)if_said(taker, object, "contexts"),
        .channels = (uint32_t)if_said(taker, object, "channels"),
        .heap = (uint32_t)if_said(taker, object, "heap_bytes"),
    };
    waiting_of(taker, take_object(taker, object, "parked"), parked);
    for (int reason = 0; reason < WAIT_REASONS; reason++)
        expected.parked[reason] = (uint32_t)parked[reason];
    return expected;
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

static enum phase phase_of(struct taker *taker, const json_t *line)
{
    const char *name = take_text(taker, line, "phase", ID_LONGEST);
    for (enum phase phase = 0; phase < PHASES; phase++)
        if (strcmp(name, phase_text(phase)) == 0)
            return phase;
    take_refuse(taker, "\"phase\" is none that is known");
    return PHASE_START;
}

static struct heap heap_of(struct taker *taker, const json_t *object)
{
    return (struct heap){
        .allocated = take_known(taker, object, "allocated_bytes"),
        .active = take_known(taker, object, "active_bytes"),
        .resident = take_known(taker, object, "resident_bytes"),
        .retained = take_known(taker, object, "retained_bytes"),
    };
}

static struct mappings mappings_of(struct taker *taker, const json_t *memory)
{
    const json_t *object = json_object_get(memory, "mappings");
    if (!object || json_is_null(object))
        return (struct mappings){-1, -1, -1, -1, -1};
    object = take_object(taker, memory, "mappings");
    return (struct mappings){
        .stacks = (int64_t)take_count(taker, object, "stacks_bytes"),
        .heap = (int64_t)take_count(taker, object, "heap_bytes"),
        .program = (int64_t)take_count(taker, object, "program_bytes"),
        .files = (int64_t)take_count(taker, object, "files_bytes"),
        .shared = (int64_t)take_count(taker, object, "shared_bytes"),
    };
}

static struct memory memory_of(struct taker *taker, const json_t *object)
{
    return (struct memory){
        .rss = take_known(taker, object, "rss_bytes"),
        .anon = take_known(taker, object, "anon_bytes"),
        .file = take_known(taker, object, "file_bytes"),
        .shared = take_known(taker, object, "shared_bytes"),
        .page_tables = take_known(taker, object, "page_tables_bytes"),
        .swapped = take_known(taker, object, "swapped_bytes"),
        .charged = take_known(taker, object, "charged_bytes"),
        .exact = take_boolean(taker, object, "exact"),
        .mappings = mappings_of(taker, object),
    };
}

static struct counts counts_of(struct taker *taker, const json_t *object, const char *heap)
{
    struct counts counts = {
        .tasks = take_count(taker, object, "tasks"),
        .timers = take_count(taker, object, "timers"),
        .channels = take_count(taker, object, "channels"),
        .contexts = take_count(taker, object, "contexts"),
        .heap = take_known(taker, object, heap),
    };
    waiting_of(taker, take_object(taker, object, "waiting"), counts.waiting);
    return counts;
}

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
    struct counts counts = counts_of(taker, line, "heap_allocated");
    struct heap heap = heap_of(taker, take_object(taker, line, "heap"));
    counts.heap = heap.allocated;
    *sample = (struct sample){
        .time = (int64_t)take_count(taker, line, "time_ns"),
        .phase = phase_of(taker, line),
        .phase_ends = take_boolean(taker, line, "phase_ends"),
        .sent = take_count(taker, line, "sent"),
        .finished = take_count(taker, line, "finished"),
        .refused = take_count(taker, line, "refused"),
        .counts = counts,
        .armed = take_count(taker, line, "armed"),
        .stacks_used = take_count(taker, line, "stacks_used"),
        .stacks_reserved = take_count(taker, line, "stacks_reserved_bytes"),
        .heap = heap,
        .memory = memory_of(taker, take_object(taker, line, "memory")),
        .limited = take_known(taker, json_object_get(line, "memory"), "limited_bytes"),
    };
    if (!take_failed(taker))
        c->sample_count++;
}

/* --- Latencies ------------------------------------------------------------------------------ */

void recorded_case_latencies(struct recorded_case *c, const json_t *line, struct taker *taker)
{
    const json_t *array = take_array(taker, line, "ns", LATENCIES_A_LINE);
    size_t length = json_array_size(array), count = c->latency_count;
    take_whole(taker, line, "first", (int64_t)count, (int64_t)count);
    if (take_failed(taker) || length == 0)
        return;
    int64_t *more = realloc(c->latencies, (count + length) * sizeof *more);
    if (!more) {
        take_refuse(taker, "no memory for it");
        return;
    }
    c->latencies = more;
    for (size_t i = 0; i < length; i++) {
        const json_t *latency = json_array_get(array, i);
        if (!json_is_integer(latency) || json_integer_value(latency) < 0) {
            take_refuse(taker, "\"ns\" has something that is no latency");
            return;
        }
        more[count + i] = json_integer_value(latency);
    }
    c->latency_count += length;
}

void recorded_case_quantiles(struct recorded_case *c, const json_t *line, struct taker *taker)
{
    enum { PARTS = 1001 };
    const json_t *array = take_array(taker, line, "ns", PARTS);
    size_t length = json_array_size(array);
    double *quantiles = length == PARTS && !c->quantiles ? calloc(PARTS, sizeof *quantiles) : NULL;
    if (!quantiles && length)
        take_refuse(taker, "\"ns\" is no row of %d quantiles", PARTS);
    for (size_t i = 0; quantiles && i < PARTS; i++) {
        const json_t *value = json_array_get(array, i);
        if (!json_is_null(value) && !(json_is_integer(value) && json_integer_value(value) >= 0))
            take_refuse(taker, "\"ns\" has something that is no latency");
        quantiles[i] = json_is_null(value) ? INFINITY : (double)json_integer_value(value);
    }
    if (quantiles)
        c->quantiles = quantiles;
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
            counts_of(taker, take_object(taker, counts, moments[moment]), "heap_bytes");
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

void recorded_case_end(struct recorded_case *c, const json_t *line, struct taker *taker)
{
    const json_t *verdict = take_object(taker, line, "verdict");
    c->sent = take_count(taker, line, "sent");
    c->refused = take_count(taker, line, "refused");
    read_counts(c, take_object(taker, line, "counts"), taker);
    check_parked(take_array(taker, line, "parked", PARKED_MOST), taker);
    c->as_catalogued = take_boolean(taker, verdict, "as_catalogued");
    c->verdict = copy(taker, take_text(taker, verdict, "words", TEXT_LONGEST));
    c->ending = copy(taker, take_text(taker, line, "ended", ID_LONGEST));
    take_known(taker, line, "status");
    c->ended_at = take_known(taker, line, "ended_ns");
    c->timers_gone = take_known(taker, line, "timers_gone_ns");
    const json_t *limit = json_object_get(line, "memory_limit");
    c->killed_by_limit = json_is_object(limit) && take_boolean(taker, limit, "killed");
    c->ended = true;
    if (!take_failed(taker))
        c->end = json_incref((json_t *)line);
}
