#include "outside/list_json.h"
#include "outside/notes.h"
#include "outside/place.h"
#include <stdlib.h>
#include <string.h>

static json_t *frames(const struct target *target, const struct seen_group *g)
{
    json_t *array = json_array();
    for (size_t i = 0; array && i < g->depth; i++)
        for (const struct symbol *s = images_symbol(target->images, g->frames[i]); s;
             s = s->inlined_into)
            if (json_array_append_new(array, place_json(s))) {
                json_decref(array);
                return NULL;
            }
    return array;
}

static json_t *age(const struct look *look, int64_t since)
{
    return json_integer(look->now > since ? look->now - since : 0);
}

static json_t *group(const struct target *target, const struct look *look,
                     const struct seen_group *g)
{
    bool is_parked = g->state == TASK_PARKED;
    return json_pack("{s:I, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:b}", "count", (json_int_t)g->count,
                     "state", place_state(g), "waited_least_ns",
                     is_parked ? age(look, g->since_max) : json_null(), "waited_most_ns",
                     is_parked ? age(look, g->since_min) : json_null(), "where",
                     place_json(place_of(target, g)), "made", place_json_site(g->site), "labels",
                     notes_labels_json(g->labels), "frames", frames(target, g), "frames_whole",
                     !g->is_broken && g->depth < LOOK_DEPTH);
}

static json_t *task(const struct look *look, const struct seen_task *t)
{
    return json_pack("{s:I, s:I, s:I, s:o, s:b}", "id", (json_int_t)t->id, "parent",
                     (json_int_t)t->parent, "group", (json_int_t)t->group, "waited_ns",
                     t->state == TASK_PARKED ? age(look, t->since) : json_null(), "changed",
                     t->has_changed);
}

/* One by one, so that a million of them are never in memory at once. */
static bool write_one(json_t *value, bool is_first, FILE *out)
{
    fputs(is_first ? "\n" : ",\n", out);
    bool done = value && !json_dumpf(value, out, JSON_COMPACT);
    json_decref(value);
    return done;
}

bool list_write_json(const struct target *target, const struct look *look, json_t *census, bool all,
                     FILE *out)
{
    json_t *head = notes_json(target, look);
    if (head && census && json_object_set(head, "census", census)) {
        json_decref(head);
        head = NULL;
    }
    char *text = head ? json_dumps(head, JSON_COMPACT) : NULL;
    bool done = text;
    json_decref(head);
    if (done) /* what comes is added before its end */
        fprintf(out, "%.*s,\"groups\":[", (int)strlen(text) - 1, text);
    free(text);
    for (size_t i = 0; done && i < look->group_count; i++)
        done = write_one(group(target, look, &look->groups[i]), i == 0, out);
    if (done && all)
        fputs("],\"tasks\":[", out);
    for (size_t i = 0; done && all && i < look->length; i++)
        done = write_one(task(look, &look->tasks[i]), i == 0, out);
    fputs("]}\n", out);
    return done && !ferror(out);
}
