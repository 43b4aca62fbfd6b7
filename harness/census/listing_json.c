#include "census/listing_json.h"
#include "profile/symbol.h"
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>

/* Each of these hands on NULL where memory is short, as json_pack() does. */

static json_t *frames_json(const void *const *frames, size_t depth)
{
    json_t *all = json_array();
    for (size_t i = 0; i < depth; i++)
        for (const struct symbol *s = symbol_of_return(frames[i]); s; s = s->inlined_into)
            if (json_array_append_new(all, json_pack("{s:s?, s:s?, s:i}", "function", s->function,
                                                     "file", s->file, "line", s->line))) {
                json_decref(all);
                return NULL;
            }
    return all;
}

/* The object with more in it. */
static json_t *with(json_t *object, json_t *more)
{
    if (!json_object_update_new(object, more))
        return object;
    json_decref(object);
    return NULL;
}

static json_t *own_json(const struct group *group)
{
    static const char *const places[] = {[CENSUS_NO_POOL] = NULL,
                                         [CENSUS_POOL_WAITS] = "waits",
                                         [CENSUS_POOL_RUNS] = "runs",
                                         [CENSUS_POOL_DONE] = "done"};
    const struct census_entry *first = &group->first;
    struct standing standing;
    switch (first->kind) {
    case CENSUS_HANDLE:
        return json_pack("{s:s, s:b, s:b, s:b, s:I}", "type", census_type(first->type), "active",
                         (int)first->active, "referenced", (int)first->referenced, "closing",
                         (int)first->closing, "queued_bytes", (json_int_t)group->queued);
    case CENSUS_REQUEST:
        return json_pack("{s:s, s:s?, s:I}", "type", census_request(first->request), "pool",
                         places[first->pool], "queued_bytes", (json_int_t)group->queued);
    case CENSUS_DESCRIPTOR:
        return json_pack("{s:s}", "type", first->descriptor);
    default:
        standing = group_standing(group);
        return json_pack("{s:b, s:b, s:o}", "ended", (int)first->ended, "detached",
                         (int)first->detached, "stands",
                         frames_json(standing.frames, standing.depth));
    }
}

static json_t *group_json(const struct groups *groups, const struct group *group)
{
    static const char *const kinds[] = {[CENSUS_HANDLE] = "handle",
                                        [CENSUS_REQUEST] = "request",
                                        [CENSUS_DESCRIPTOR] = "descriptor",
                                        [CENSUS_THREAD] = "thread"};
    const struct census_entry *first = &group->first;
    char why[768];
    json_t *object =
        json_pack("{s:s, s:I, s:s, s:I, s:I, s:o}", "kind", kinds[first->kind], "count",
                  (json_int_t)group->count, "state", group->state, "oldest_ms",
                  (json_int_t)group->oldest, "newest_ms", (json_int_t)group->newest, "made",
                  frames_json(first->frames, group_depth(groups, group)));
    object = with(object, own_json(group));
    if (object && group->thing) {
        closable_say(&groups->closable, group->thing, group->count, why, sizeof why);
        object =
            with(object, json_pack("{s:s, s:s}", "proof", closable_word(group->thing), "why", why));
    }
    return object;
}

/* {"schema":1, "census":true, "subject", "proof_refused", "requests_served", "time" (nanoseconds, of CLOCK_MONOTONIC), "handles", "requests",
 * "descriptors", "threads": how many, "groups": most first, each {"kind", "count", "state" in words, "oldest_ms", "newest_ms"
 * (when they were made), "made": frames, leaf first, {"function","file","line"}; of handles "type", "active", "referenced",
 * "closing", "queued_bytes"; of requests "type", "pool" ("waits", "runs", "done" or null), "queued_bytes"; of descriptors "type";
 * of threads "ended", "detached", "stands": frames, of the first of them; where a proof was asked, of handles and threads "proof"
 * (`proven`, `live`, `reachable`, `unknown`) and "why", in words}} "proof_refused": why nothing is proven, or null. */
int listing_json(const struct groups *groups, FILE *out)
{
    const struct listing *listing = groups->listing;
    json_t *all = json_array();
    for (size_t i = 0; all && i < groups->length; i++)
        if (json_array_append_new(all, group_json(groups, &groups->all[i])) != 0) {
            json_decref(all);
            all = NULL;
        }
    json_t *object =
        json_pack("{s:i, s:b, s:s?, s:s?, s:I, s:I, s:I, s:I, s:I, s:I, s:o}", "schema", 1,
                  "census", 1, "subject", listing->subject, "proof_refused",
                  groups->closable.refused, "requests_served", (json_int_t)listing->served, "time",
                  (json_int_t)uv_hrtime(), "handles", (json_int_t)groups->of_kind[CENSUS_HANDLE],
                  "requests", (json_int_t)groups->of_kind[CENSUS_REQUEST], "descriptors",
                  (json_int_t)groups->of_kind[CENSUS_DESCRIPTOR], "threads",
                  (json_int_t)groups->of_kind[CENSUS_THREAD], "groups", all);
    bool done = object && (!json_dumpf(object, out, JSON_INDENT(1) | JSON_COMPACT) ||
                           ferror(out)); /* what the stream meets stays in it */
    fputc('\n', out);
    json_decref(object);
    if (!done)
        errno = ENOMEM;
    return done ? 0 : -1;
}
