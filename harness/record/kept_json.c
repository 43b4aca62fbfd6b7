#include "record/kept_json.h"

json_t *kept_json(const struct kept *kept)
{
    if (!kept->requests)
        return json_null();
    return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "requests",
                     (json_int_t)kept->requests, "tasks", (json_int_t)kept->tasks, "channels",
                     (json_int_t)kept->channels, "contexts", (json_int_t)kept->contexts, "timers",
                     (json_int_t)kept->timers, "blocks", (json_int_t)kept->blocks, "heap_bytes",
                     (json_int_t)kept->heap, "stack_bytes", (json_int_t)kept->stacks);
}

/* A difference of two looks: it may be below 0. */
static int64_t whole(struct taker *taker, const json_t *json, const char *name)
{
    return take_whole(taker, json, name, -(INT64_C(1) << 53), INT64_C(1) << 53);
}

struct kept kept_of_json(struct taker *taker, const json_t *json)
{
    if (!json || json_is_null(json))
        return (struct kept){0};
    if (!json_is_object(json))
        take_refuse(taker, "\"kept\" is no object");
    return (struct kept){.requests = take_count(taker, json, "requests"),
                         .tasks = whole(taker, json, "tasks"),
                         .channels = whole(taker, json, "channels"),
                         .contexts = whole(taker, json, "contexts"),
                         .timers = whole(taker, json, "timers"),
                         .blocks = whole(taker, json, "blocks"),
                         .heap = whole(taker, json, "heap_bytes"),
                         .stacks = whole(taker, json, "stack_bytes")};
}
