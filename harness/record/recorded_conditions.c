#include "record/recorded_conditions.h"
#include <ctype.h>
#include <string.h>
#include <uv.h>

enum { NAME_LONGEST = 64 };

void recorded_check_header(struct taker *taker, const json_t *header)
{
    enum { WORD_LONGEST = 200, WORDS_MOST = 1000 };
    take_object(taker, header, "machine");
    take_object(taker, header, "build");
    take_object(taker, header, "libraries");
    const json_t *words = take_array(taker, header, "command", WORDS_MOST);
    for (size_t i = 0; i < json_array_size(words); i++)
        if (!json_is_string(json_array_get(words, i)))
            take_refuse(taker, "\"command\" has a word that is no text");
    take_text(taker, header, "time", WORD_LONGEST);
    take_text(taker, header, "commit", WORD_LONGEST);
    take_text(taker, header, "leaklab", WORD_LONGEST);
}

/* Ids, families and languages stand in links, in names of files and in HTML: they are names of C, or refused. */
void recorded_check_name(struct taker *taker, const char *name, const char *text)
{
    size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_");
    if (length == 0 || text[length] || isdigit((unsigned char)text[0]))
        take_refuse(taker, "\"%s\" is no name: small letters, digits and '_'", name);
}

static double known_or_zero(double value)
{
    return value > 0 ? value : 0;
}

/* Members that came later, or that are left out where they are 0. */
static int64_t if_said(struct taker *taker, const json_t *object, const char *name)
{
    int64_t value = take_known(taker, object, name);
    return value < 0 ? 0 : value;
}

struct settings recorded_settings(struct taker *taker, const json_t *object)
{
    const char *arrivals = take_text(taker, object, "arrivals", NAME_LONGEST);
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
        .recover = if_said(taker, object, "recover_ns"),
        .hibernate = if_said(taker, object, "hibernate_ns"),
        .first_arrival = if_said(taker, object, "first_arrival_ns"),
    };
}

void recorded_waiting(struct taker *taker, const json_t *object, uint64_t waiting[COUNTED_REASONS])
{
    memset(waiting, 0, COUNTED_REASONS * sizeof *waiting);
    for (enum wait_reason reason = 0; object && reason < WAIT_REASONS; reason++)
        if (json_object_get(object, wait_reason_text(reason)))
            waiting[reason] = take_count(taker, object, wait_reason_text(reason));
}

void recorded_plain(struct taker *taker, const json_t *object, struct counts *counts)
{
    const json_t *handles = object ? json_object_get(object, "handles") : NULL;
    if (!handles)
        return;
    handles = take_object(taker, object, "handles");
    for (int type = 0; type < HANDLE_TYPES; type++) {
        const char *name = uv_handle_type_name((uv_handle_type)type);
        if (name && handles && json_object_get(handles, name))
            counts->of_type[type] = take_count(taker, handles, name);
        counts->handles += counts->of_type[type];
    }
    counts->requests = take_count(taker, object, "requests_in_flight");
    counts->queued = take_count(taker, object, "queued_bytes");
    counts->descriptors = take_count(taker, object, "descriptors");
    counts->threads = take_count(taker, object, "threads");
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
    recorded_waiting(taker, take_object(taker, object, "parked"), parked);
    for (int reason = 0; reason < WAIT_REASONS; reason++)
        expected.parked[reason] = (uint32_t)parked[reason];
    struct counts plain = {0};
    recorded_plain(taker, object, &plain);
    for (int type = 0; type < HANDLE_TYPES; type++)
        expected.handles[type] = (uint32_t)plain.of_type[type];
    expected.requests = (uint32_t)plain.requests;
    expected.queued = (uint32_t)plain.queued;
    expected.descriptors = (uint32_t)plain.descriptors;
    expected.threads = (uint32_t)plain.threads;
    return expected;
}
