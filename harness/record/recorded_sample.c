#include "record/recorded_sample.h"
#include "record/recorded_conditions.h"
#include <string.h>

enum { WORD_LONGEST = 64 };

static enum phase phase_of(struct taker *taker, const json_t *line)
{
    const char *name = take_text(taker, line, "phase", WORD_LONGEST);
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

struct counts recorded_counts(struct taker *taker, const json_t *object, const char *heap)
{
    struct counts counts = {
        .tasks = take_count(taker, object, "tasks"),
        .timers = take_count(taker, object, "timers"),
        .channels = take_count(taker, object, "channels"),
        .contexts = take_count(taker, object, "contexts"),
        .heap = take_known(taker, object, heap),
    };
    recorded_waiting(taker, take_object(taker, object, "waiting"), counts.waiting);
    recorded_plain(taker, object, &counts);
    return counts;
}

struct sample recorded_sample(struct taker *taker, const json_t *line)
{
    struct counts counts = recorded_counts(taker, line, "heap_allocated");
    struct heap heap = heap_of(taker, take_object(taker, line, "heap"));
    counts.heap = heap.allocated;
    return (struct sample){
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
}
