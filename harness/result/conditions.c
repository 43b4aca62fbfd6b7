#include "result/conditions.h"
#include "probe/printable.h"
#include "record/built.h"
#include "result/stream.h"
#include <stdlib.h>

static void print_value(FILE *out, const json_t *value)
{
    if (!value) {
        fputs("nothing", out);
        return;
    }
    char *text = json_is_string(value) ? NULL : built_text(value, JSON_ENCODE_ANY | JSON_COMPACT);
    printable_write(out,
                    json_is_string(value) ? json_string_value(value) : stream_piece(out, text));
    free(text);
}

static void differ(FILE *out, const char *what, const json_t *before, const json_t *after)
{
    if (before == after || (before && after && json_equal(before, after)))
        return;
    printable_write(out, what);
    fputs(": ", out);
    print_value(out, before);
    fputs(" before, ", out);
    print_value(out, after);
    fputs(" after\n", out);
}

/* The members of two objects, by name. */
static void differ_in(FILE *out, const char *object, const struct summary *before,
                      const struct summary *after)
{
    const char *name;
    json_t *value;
    json_t *a = json_object_get(before->about, object), *b = json_object_get(after->about, object);
    json_object_foreach(a, name, value)
    {
        differ(out, name, value, json_object_get(b, name));
    }
    json_object_foreach(b, name, value)
    {
        if (!json_object_get(a, name))
            differ(out, name, NULL, value);
    }
}

static void differ_number(FILE *out, const char *id, const char *what, double before, double after)
{
    if (before != after)
        fprintf(out, "%s: %s %.10g before, %.10g after\n", id, what, before, after);
}

static void differ_settings(FILE *out, const struct measured_pair *before,
                            const struct measured_pair *after)
{
    const struct settings *a = &before->settings, *b = &after->settings;
    const char *id = before->id;
    differ_number(out, id, "requests", (double)a->requests, (double)b->requests);
    differ_number(out, id, "requests a second", a->rate, b->rate);
    differ_number(out, id, "nanoseconds of load", (double)a->duration, (double)b->duration);
    differ_number(out, id, "bytes a stack", (double)a->stack_bytes, (double)b->stack_bytes);
    differ_number(out, id, "nanoseconds of patience", (double)a->patience, (double)b->patience);
    differ_number(out, id, "poisson arrivals", a->arrivals, b->arrivals);
    differ_number(out, id, "virtual clock", a->virtual_clock, b->virtual_clock);
}

char *conditions_differ(const struct summary *before, const struct summary *after)
{
    struct stream_text held;
    FILE *out = stream_open(&held);
    if (!out)
        return NULL;
    differ_in(out, "machine", before, after);
    differ_in(out, "build", before, after);
    differ_in(out, "libraries", before, after);
    differ_in(out, "environment", before, after);
    for (size_t i = 0; i < before->pair_count; i++) {
        const struct measured_pair *pair = summary_pair(after, before->pairs[i].id);
        if (pair)
            differ_settings(out, &before->pairs[i], pair);
    }
    return stream_close(out, &held);
}

/* --- What times and bytes depend on --------------------------------------------------------- */

static const struct {
    const char *object, *name, *words; /* name: NULL: any member */
} bars[] = {
    {"machine", "processor", "other machine"},
    {"machine", "architecture", "other machine"},
    {"machine", "cores", "other machine"},
    {"machine", "kernel", "other kernel"},
    {"machine", "governor", "other governor"},
    {"machine", "transparent_huge_pages", "other huge pages"},
    {"machine", "address_randomization", "other address randomization"},
    {"machine", "cgroup_memory_bytes", "other memory limit"},
    {"machine", "cgroup_processors", "other processor limit"},
    {"build", "compiler", "other compiler"},
    {"build", "flags", "other flags"},
    {"libraries", NULL, "other libraries"},
    {"environment", NULL, "other environment"},
};

/* What only one of them has recorded may be the same. */
static bool known_to_differ(const json_t *before, const json_t *after)
{
    return before && after && !json_equal(before, after);
}

static bool any_differs(const json_t *before, const json_t *after)
{
    const char *name;
    json_t *value;
    bool any = false;
    json_object_foreach((json_t *)before, name, value)
    {
        any |= known_to_differ(value, json_object_get(after, name));
    }
    return any;
}

const char *conditions_bar(const json_t *before, const json_t *after)
{
    for (size_t i = 0; i < sizeof bars / sizeof *bars; i++) {
        const json_t *a = json_object_get(before, bars[i].object);
        const json_t *b = json_object_get(after, bars[i].object);
        const char *name = bars[i].name;
        if (name ? known_to_differ(json_object_get(a, name), json_object_get(b, name))
                 : any_differs(a, b))
            return bars[i].words;
    }
    return NULL;
}

bool conditions_same_load(const struct settings *a, const struct settings *b)
{
    return a->requests == b->requests && a->rate == b->rate && a->duration == b->duration &&
           a->stack_bytes == b->stack_bytes && a->patience == b->patience &&
           a->arrivals == b->arrivals && a->virtual_clock == b->virtual_clock;
}
