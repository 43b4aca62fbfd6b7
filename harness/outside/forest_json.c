#include "outside/forest_json.h"
#include "outside/forest.h"
#include "outside/notes.h"
#include "outside/place.h"
#include "outside/words.h"
#include <stdlib.h>

struct forest {
    const struct target *target;
    const struct look *look;
    const struct tree *tree;
};

static json_t *level(const struct forest *f, uint32_t first, int depth);

static const char *tie_text(uint8_t tie)
{
    static const char *const text[] = {
        [TIE_NONE] = "none", [TIE_OWNS] = "owns", [TIE_HOLDS] = "holds the address"};
    return text[tie];
}

/* In JSON nobody reads levels that are deeper than this: they are counted. */
static json_t *below(const struct forest *f, uint32_t task, int depth)
{
    return depth + 1 < FOREST_DEPTH ? level(f, f->tree->nodes[task].first_child, depth + 1)
                                    : json_array();
}

static json_t *one(const struct forest *f, const struct alike *alike, int depth)
{
    const struct seen_task *t = &f->look->tasks[alike->task];
    const struct seen_group *g = &f->look->groups[t->group];
    const struct node *node = &f->tree->nodes[alike->task];
    bool in_cut = depth + 1 == FOREST_DEPTH;
    int64_t age = f->look->now > t->since ? f->look->now - t->since : 0;
    json_t *waits_for = node->cycle_to == LOOK_NONE
                            ? json_null()
                            : json_integer((json_int_t)f->look->tasks[node->cycle_to].id);
    return json_pack("{s:I, s:I, s:s, s:o, s:o, s:o, s:o, s:o, s:s, s:I, s:b, s:o, s:b, s:I, s:o}",
                     "count", (json_int_t)alike->count, "id", (json_int_t)t->id, "state",
                     place_state(g), "waited_ns",
                     t->state == TASK_PARKED ? json_integer(age) : json_null(), "where",
                     place_json(place_of(f->target, g)), "made", place_json_site(g->site), "labels",
                     notes_labels_json(g->labels), "waits", words_json(f->target, f->look, t),
                     "tie", tie_text(node->tie), "holders", (json_int_t)node->holders, "in_cycle",
                     node->in_cycle, "closes_cycle_to", waits_for, "changed", t->has_changed,
                     "not_shown", (json_int_t)(in_cut ? forest_below(f->tree, alike->task) : 0),
                     "below", below(f, alike->task, depth));
}

static json_t *level(const struct forest *f, uint32_t first, int depth)
{
    size_t n = 0;
    json_t *array = json_array();
    struct alike *all = forest_alike(f->tree, first, &n);
    for (size_t i = 0; array && i < n; i++)
        if (json_array_append_new(array, one(f, &all[i], depth))) {
            json_decref(array);
            array = NULL;
        }
    if (!all) {
        json_decref(array);
        array = NULL;
    }
    free(all);
    return array;
}

bool forest_write_json(const struct target *target, const struct look *look,
                       const struct tree *tree, FILE *out)
{
    const struct forest f = {target, look, tree};
    json_t *head = notes_json(target, look), *roots = level(&f, tree->first_root, 0);
    bool done = head && !json_object_set(head, "roots", roots) &&
                !json_object_set_new(head, "cycles", json_integer((json_int_t)tree->cycles)) &&
                !json_dumpf(head, out, JSON_COMPACT);
    json_decref(head);
    json_decref(roots);
    fputc('\n', out);
    return done && !ferror(out);
}
