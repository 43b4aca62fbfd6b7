#include "record/record_json.h"
#include "probe/finding.h"
#include "probe/machine.h"
#include "record/built.h"
#include "source/source.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <uv.h>

static json_t *whole(uint64_t value)
{
    return json_integer((json_int_t)value);
}

/* -1 stands for what is not known. */
static json_t *known(int64_t value)
{
    return value < 0 ? json_null() : json_integer(value);
}

/* Text from outside may be no UTF-8; a record is. */
static json_t *text(const char *value)
{
    json_t *string = value && *value ? json_string(value) : json_null();
    return string ? string : json_string("(not UTF-8)");
}

/* --- The header ----------------------------------------------------------------------------- */

static json_t *words(int argc, char **argv)
{
    json_t *array = json_array();
    for (int i = 0; i < argc; i++)
        array = built_and(array, text(argv[i]));
    return array;
}

static json_t *machine_json(void)
{
    struct machine machine = {0};
    machine_look(&machine);
    return json_pack("{s:o, s:o, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o}", "processor",
                     text(machine.processor), "architecture", text(machine.architecture), "cores",
                     (json_int_t)machine.cores, "memory_bytes", (json_int_t)machine.memory_bytes,
                     "kernel", text(machine.kernel), "governor", text(machine.governor),
                     "transparent_huge_pages", text(machine.transparent_huge_pages),
                     "address_randomization", text(machine.address_randomization),
                     "cgroup_memory_bytes", known(machine.cgroup_memory_bytes), "cgroup_processors",
                     machine.cgroup_processors > 0 ? json_real(machine.cgroup_processors)
                                                   : json_null());
}

static json_t *libraries_json(void)
{
    json_t *object = json_object();
    for (const struct library *library = machine_libraries(); library->name; library++)
        object = built_with(object, library->name, text(library->version));
    return object;
}

static json_t *environment_json(bool twins)
{
    json_t *object = json_pack("{s:o}", "MALLOC_CONF", text(getenv("MALLOC_CONF")));
    if (twins)
        object = built_with(object, "GODEBUG", text(getenv("GODEBUG")));
    return object;
}

json_t *record_json_header(const struct record_header *header)
{
    struct build build = build_of_this();
    char when[32];
    time_t now = time(NULL);
    struct tm utc;
    strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
    return json_pack(
        "{s:s, s:i, s:s, s:s, s:s, s:o, s:o, s:I, s:o, s:{s:s, s:s}, s:o, s:o, s:f}", "type",
        "header", "schema", header->twins ? RECORD_SCHEMA : RECORD_SCHEMA_WITHOUT_TWINS, "leaklab",
        build.version, "commit", build.commit, "time", when, "command",
        words(header->argc, header->argv), "seed", whole(header->seed), "cases",
        (json_int_t)header->cases, "machine", machine_json(), "build", "compiler", build.compiler,
        "flags", build.flags, "libraries", libraries_json(), "environment",
        environment_json(header->twins), "samples_per_second", header->samples_per_second);
}

/* --- A case begins -------------------------------------------------------------------------- */

static json_t *reasons(const uint64_t *waiting, size_t length)
{
    json_t *object = json_object();
    for (size_t reason = 0; reason < length && reason < WAIT_REASONS; reason++)
        if (waiting[reason])
            object = built_with(object, wait_reason_text((enum wait_reason)reason),
                                whole(waiting[reason]));
    return object;
}

/* By uv_handle_type_name(); what is not named is 0. */
static json_t *handles(const uint64_t *of_type)
{
    json_t *object = json_object();
    for (int type = 0; type < HANDLE_TYPES; type++)
        if (of_type[type] && uv_handle_type_name((uv_handle_type)type))
            object =
                built_with(object, uv_handle_type_name((uv_handle_type)type), whole(of_type[type]));
    return object;
}

/* What plain C has: nothing is said where there is none of all. */
static json_t *with_plain(json_t *object, const struct counts *counts)
{
    if (!(counts->handles | counts->requests | counts->queued | counts->descriptors |
          counts->threads))
        return object;
    object = built_with(object, "handles", handles(counts->of_type));
    object = built_with(object, "requests_in_flight", whole(counts->requests));
    object = built_with(object, "queued_bytes", whole(counts->queued));
    object = built_with(object, "descriptors", whole(counts->descriptors));
    return built_with(object, "threads", whole(counts->threads));
}

json_t *record_json_expectation(const struct expectation *expected)
{
    uint64_t parked[WAIT_REASONS];
    for (int reason = 0; reason < WAIT_REASONS; reason++)
        parked[reason] = expected->parked[reason];
    json_t *object = json_pack("{s:o, s:i, s:i}", "parked", reasons(parked, WAIT_REASONS), "timers",
                               (int)expected->timers, "timers_held", (int)expected->timers_held);
    const struct {
        const char *name;
        int64_t value;
    } more[] = {{"tasks_held", expected->tasks_held},
                {"held_for_ns", expected->held_for},
                {"contexts", expected->contexts},
                {"channels", expected->channels},
                {"heap_bytes", expected->heap}};
    for (size_t i = 0; i < sizeof more / sizeof *more; i++)
        if (more[i].value)
            object = built_with(object, more[i].name, json_integer(more[i].value));
    struct counts plain = {.requests = expected->requests,
                           .queued = expected->queued,
                           .descriptors = expected->descriptors,
                           .threads = expected->threads};
    for (int type = 0; type < HANDLE_TYPES; type++) {
        plain.of_type[type] = expected->handles[type];
        plain.handles += expected->handles[type];
    }
    return with_plain(object, &plain);
}

json_t *record_json_settings(const struct settings *settings)
{
    json_t *object = json_pack(
        "{s:s, s:f, s:o, s:I, s:o, s:I, s:I, s:I, s:o, s:o, s:b, s:f, s:o}", "arrivals",
        settings->arrivals == ARRIVALS_POISSON ? "poisson" : "constant", "rate_per_second",
        settings->rate, "requests", whole(settings->requests), "duration_ns",
        (json_int_t)settings->duration, "warm_up_requests", whole(settings->warm_up), "baseline_ns",
        (json_int_t)settings->baseline, "patience_ns", (json_int_t)settings->patience, "settle_ns",
        (json_int_t)settings->settle, "seed", whole(settings->seed), "stack_bytes",
        whole(settings->stack_bytes), "virtual_clock", settings->virtual_clock != 0,
        "samples_per_second", settings->looks_per_second, "memory_limit_bytes",
        settings->memory_limit ? whole(settings->memory_limit) : json_null());
    if (settings->recover)
        json_object_set_new(object, "recover_ns", whole((uint64_t)settings->recover));
    if (settings->first_arrival)
        json_object_set_new(object, "first_arrival_ns", whole((uint64_t)settings->first_arrival));
    if (settings->hibernate)
        json_object_set_new(object, "hibernate_ns", whole((uint64_t)settings->hibernate));
    return object;
}

json_t *record_json_source(const struct outcome *outcome)
{
    return json_pack("{s:s, s:s, s:o}", "type", "source", "path",
                     source_path(outcome->pair, outcome->variant), "text",
                     text(source_text(outcome->pair, outcome->variant)));
}

json_t *record_json_start(size_t number, const struct outcome *outcome)
{
    const struct pair *pair = outcome->pair;
    const struct expectation expected = outcome_expected(outcome);
    json_t *line = json_pack(
        "{s:s, s:I, s:s, s:s, s:s, s:s, s:I, s:o, s:o}", "type", "start", "case",
        (json_int_t)number, "id", pair->id, "family", pair->family, "title", pair->title, "variant",
        variant_name(outcome->variant), "repetition", (json_int_t)outcome->repetition, "settings",
        record_json_settings(&outcome->settings), "expected", record_json_expectation(&expected));
    const char *series = outcome_series(outcome);
    if (series)
        line = built_with(line, "twin", text(series));
    if (outcome->twin)
        line = built_with(line, "twin_version", text(outcome->twin->version));
    else if (series)
        line = built_with(line, "twin_version",
                          json_string(strcmp(series, OUTCOME_HIBERNATED) == 0
                                          ? "C, who is parked for long asleep"
                                          : "C, what is proven made to end"));
    return line;
}

/* --- While it runs -------------------------------------------------------------------------- */

static json_t *heap_json(const struct heap *heap)
{
    return json_pack("{s:o, s:o, s:o, s:o}", "allocated_bytes", known(heap->allocated),
                     "active_bytes", known(heap->active), "resident_bytes", known(heap->resident),
                     "retained_bytes", known(heap->retained));
}

static json_t *mappings_json(const struct mappings *mappings)
{
    if (mappings->stacks < 0)
        return json_null();
    return json_pack("{s:I, s:I, s:I, s:I, s:I}", "stacks_bytes", (json_int_t)mappings->stacks,
                     "heap_bytes", (json_int_t)mappings->heap, "program_bytes",
                     (json_int_t)mappings->program, "files_bytes", (json_int_t)mappings->files,
                     "shared_bytes", (json_int_t)mappings->shared);
}

static json_t *memory_json(const struct sample *sample)
{
    const struct memory *memory = &sample->memory;
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:o}", "rss_bytes",
                     known(memory->rss), "anon_bytes", known(memory->anon), "file_bytes",
                     known(memory->file), "shared_bytes", known(memory->shared),
                     "page_tables_bytes", known(memory->page_tables), "swapped_bytes",
                     known(memory->swapped), "charged_bytes", known(memory->charged),
                     "limited_bytes", known(sample->limited), "exact", memory->exact, "mappings",
                     mappings_json(&memory->mappings));
}

json_t *record_json_sample(size_t number, const struct sample *sample)
{
    const struct counts *counts = &sample->counts;
    json_t *line = json_pack(
        "{s:s, s:I, s:I, s:s, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, "
        "s:o, s:o, s:o}",
        "type", "sample", "case", (json_int_t)number, "time_ns", (json_int_t)sample->time, "phase",
        phase_text(sample->phase), "phase_ends", sample->phase_ends, "sent", whole(sample->sent),
        "finished", whole(sample->finished), "refused", whole(sample->refused), "tasks",
        whole(counts->tasks), "waiting", reasons(counts->waiting, COUNTED_REASONS), "timers",
        whole(counts->timers), "channels", whole(counts->channels), "contexts",
        whole(counts->contexts), "armed", whole(sample->armed), "stacks_used",
        whole(sample->stacks_used), "stacks_reserved_bytes", whole(sample->stacks_reserved), "heap",
        heap_json(&sample->heap), "memory", memory_json(sample));
    return with_plain(line, counts);
}

json_t *record_json_latencies(size_t number, size_t first, const struct latency *latencies,
                              size_t length)
{
    json_t *responses = json_array(), *late = json_array();
    for (size_t i = 0; i < length; i++) {
        int64_t response = latency_of(&latencies[i], LATENCY_RESPONSE);
        responses = built_and(responses, json_integer(response));
        late = built_and(late, json_integer(latencies[i].late));
    }
    return json_pack("{s:s, s:I, s:I, s:o, s:o}", "type", "latencies", "case", (json_int_t)number,
                     "first", (json_int_t)first, "ns", responses, "late_ns", late);
}

/* --- A case ends ---------------------------------------------------------------------------- */

static json_t *counts_json(const struct gauges *g, enum moment moment, enum phase after)
{
    if (!g || g->progress.phase < (uint32_t)after)
        return json_null();
    const struct counts *counts = &g->legs[LEG_LOAD].counts[moment];
    json_t *object =
        json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "tasks", whole(counts->tasks), "waiting",
                  reasons(counts->waiting, COUNTED_REASONS), "timers", whole(counts->timers),
                  "channels", whole(counts->channels), "contexts", whole(counts->contexts),
                  "heap_bytes", known(counts->heap));
    return with_plain(object, counts);
}

static json_t *parked_json(const struct parked *parked)
{
    json_t *array = json_array();
    for (size_t i = 0; parked && i < parked->length && i < PARKED_GROUPS; i++) {
        const struct parked_group *group = &parked->groups[i];
        array = built_and(
            array,
            json_pack("{s:o, s:s, s:o, s:I, s:o, s:o, s:I, s:o, s:b}", "count", whole(group->count),
                      "reason", wait_reason_text((enum wait_reason)group->reason), "file",
                      text(group->file), "line", (json_int_t)group->line, "function",
                      text(group->function), "made_file", text(group->made_file), "made_line",
                      (json_int_t)group->made_line, "made_function", text(group->made_function),
                      "kept_awake", group->kept_awake != 0));
    }
    return array;
}

static json_t *phases_json(const struct outcome *outcome)
{
    json_t *object = json_object();
    for (enum phase phase = 0; outcome->gauges && phase < PHASES; phase++) {
        int64_t began = outcome->gauges->progress.phase_began[phase];
        if (began)
            object = built_with(object, phase_text(phase), json_integer(began - outcome->began));
    }
    return object;
}

static const char *ended_text(enum ended how)
{
    static const char *const names[] = {
        [ENDED_NOT] = "not started",         [ENDED_WELL] = "well",
        [ENDED_NOT_STARTED] = "not started", [ENDED_EXIT] = "exit",
        [ENDED_SIGNAL] = "signal",           [ENDED_TOO_LONG] = "too long",
        [ENDED_INTERRUPTED] = "interrupted",
    };
    return names[how];
}

/* Who keeps the limit, and whether the case met it. */
static json_t *limit_json(const struct outcome *outcome)
{
    if (outcome->limit_by == LIMIT_NONE)
        return json_null();
    return json_pack("{s:s, s:b}", "by", limit_by_text(outcome->limit_by), "killed",
                     outcome->killed_by_limit);
}

static json_t *share_json(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *noise_json(const struct noise *noise)
{
    return json_pack("{s:o, s:o, s:o, s:o}", "load_average", share_json(noise->load_average),
                     "others", share_json(noise->others), "stolen", share_json(noise->stolen),
                     "waited", share_json(noise->waited));
}

/* After which nothing was left any more of what load had held; null where nothing was held, or some stays. */
static json_t *gone_json(const struct gauges *g)
{
    int64_t gone = 0;
    for (enum kind kind = 0; g && kind < KIND_HEAP; kind++) {
        const struct leg *load = &g->legs[LEG_LOAD];
        if (counts_of_kind(&load->counts[MOMENT_LEFT], kind) >
            counts_of_kind(&load->counts[MOMENT_BASELINE], kind))
            return json_null();
        gone = load->gone[kind] > gone ? load->gone[kind] : gone;
    }
    return gone ? json_integer(gone) : json_null();
}

static json_t *objects_json(const struct objects *objects)
{
    json_t *array = json_array();
    for (size_t i = 0; i < objects->length && i < OBJECT_GROUPS; i++) {
        const struct object_group *group = &objects->groups[i];
        json_t *object =
            json_pack("{s:o, s:s, s:o, s:I, s:o}", "count", whole(group->count), "kind",
                      kind_name((enum kind)group->kind), "made_file", text(group->file),
                      "made_line", (json_int_t)group->line, "made_function", text(group->function));
        if (group->what[0])
            object = built_with(object, "what", text(group->what));
        array = built_and(array, object);
    }
    return array;
}

static json_t *found_json(const struct finding *finding)
{
    json_t *object = json_object();
    for (enum kind kind = 0; kind < KINDS; kind++) {
        const struct found *found = &finding->of[kind];
        if (found->stays > 0 || found->constant > 0 || found->held > 0)
            object = built_with(object, kind_name(kind),
                                json_pack("{s:f, s:f, s:f, s:f, s:b}", "stays", found->stays,
                                          "constant", found->constant, "held", found->held,
                                          "held_for_s", found->held_for, "longer", found->longer));
    }
    return object;
}

/* Of the tasks that load has left; of a twin's nobody has asked. */
static json_t *proven_json(const struct outcome *outcome)
{
    const struct proven *p = &outcome->gauges->progress.proven;
    if (outcome->twin)
        return json_null();
    if (p->refused[0])
        return json_pack("{s:o}", "refused", text(p->refused));
    return json_pack("{s:o, s:o, s:o, s:o, s:o}", "leaked", whole(p->leaked), "by_time",
                     whole(p->by_time), "unsure", whole(p->unsure), "live", whole(p->live), "early",
                     whole(p->early));
}

static json_t *hibernated_json(const struct task_stats *stats)
{
    return json_pack("{s:o, s:o, s:o, s:o}", "tasks", whole(stats->hibernated), "heap_bytes",
                     whole(stats->hibernated_bytes), "hibernations", whole(stats->hibernations),
                     "awakenings", whole(stats->awakenings));
}

static json_t *recovered_json(const struct outcome *outcome)
{
    const struct recovered *r = &outcome->gauges->progress.recovered;
    return json_pack("{s:o, s:o, s:o, s:o, s:o}", "ended", whole(r->ended), "spinning",
                     whole(r->spinning), "looks", whole(r->looks), "longest_ns",
                     whole((uint64_t)r->longest), "parked", parked_json(&outcome->gauges->ended));
}

static json_t *with_finding(json_t *line, const struct outcome *outcome)
{
    const struct gauges *g = outcome->gauges;
    struct finding finding = finding_of(outcome);
    if (!g)
        return line;
    line = built_with(line, "rehearsed", whole(g->legs[LEG_REHEARSAL].requests));
    line = built_with(line, "tasks_refused", whole(finding.refused));
    line = built_with(line, "found", found_json(&finding));
    line = built_with(line, "held_bytes_each",
                      isnan(finding.bytes) ? json_null() : json_real(finding.bytes));
    line = built_with(line, "proven", proven_json(outcome));
    if (outcome->settings.recover)
        line = built_with(line, "recovered", recovered_json(outcome));
    if (outcome->settings.hibernate)
        line = built_with(line, "hibernated", hibernated_json(&g->runtime));
    line = built_with(line, "passing", parked_json(&g->passing));
    line = built_with(line, "objects", objects_json(&g->objects[STAYING]));
    return built_with(line, "objects_passing", objects_json(&g->objects[PASSING]));
}

json_t *record_json_end(size_t number, const struct outcome *outcome, const struct verdict *verdict)
{
    static const struct progress none;
    const struct gauges *g = outcome->gauges;
    const struct progress *progress = g ? &g->progress : &none;
    json_t *line = json_pack(
        "{s:s, s:I, s:s, s:i, s:o, s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:{s:o, s:o, s:o}, s:o, "
        "s:o, "
        "s:{s:b, s:o, s:o}}",
        "type", "end", "case", (json_int_t)number, "ended", ended_text(outcome->ending.how),
        "status", outcome->ending.status, "ended_ns", known(outcome->ending.time), "memory_limit",
        limit_json(outcome), "words", text(outcome->ending.words), "phase",
        phase_text((enum phase)progress->phase), "phase_began_ns", phases_json(outcome), "sent",
        whole(progress->sent), "timers_gone_ns", gone_json(g), "finished",
        whole(progress->finished), "refused", whole(progress->refused), "counts", "baseline",
        counts_json(g, MOMENT_BASELINE, PHASE_LOAD), "held",
        counts_json(g, MOMENT_HELD, PHASE_SETTLE), "left", counts_json(g, MOMENT_LEFT, PHASE_DONE),
        "parked", parked_json(g ? &g->parked : NULL), "parked_elsewhere",
        whole(g ? g->parked.omitted : 0), "verdict", "as_catalogued", verdict->as_catalogued,
        "words", text(verdict->words), "wrong", text(verdict->wrong));
    line = built_with(line, "paused_ns", known(progress->paused));
    line = built_with(line, "noise", noise_json(&outcome->noise));
    if (line && outcome->ending.how == ENDED_WELL && outcome_started(outcome))
        line = with_finding(line, outcome);
    return line;
}

json_t *record_json_close(int interrupted_by)
{
    return json_pack("{s:s, s:o}", "type", "close", "interrupted_by",
                     interrupted_by ? json_integer(interrupted_by) : json_null());
}
