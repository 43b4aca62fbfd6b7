#include "outside/forest.h"
#include "outside/notes.h"
#include "outside/place.h"
#include "outside/words.h"
#include "profile/shown.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* --- Alike --------------------------------------------------------------------------------------------- */

static int by_shape(const void *a, const void *b)
{
    const struct alike *x = a, *y = b;
    if (x->shape != y->shape)
        return x->shape < y->shape ? -1 : 1;
    return (x->count > y->count) - (x->count < y->count);
}

static int by_place(const void *a, const void *b)
{
    const struct alike *x = a, *y = b;
    return (x->shape > y->shape) - (x->shape < y->shape);
}

struct alike *forest_alike(const struct tree *tree, uint32_t first, size_t *length)
{
    size_t n = 0, kept = 0;
    for (uint32_t t = first; t != LOOK_NONE; t = tree->nodes[t].next)
        n++;
    struct alike *all = malloc((n + 1) * sizeof *all);
    if (!all)
        return NULL;
    n = 0;
    for (uint32_t t = first; t != LOOK_NONE; t = tree->nodes[t].next, n++)
        all[n] =
            (struct alike){t, (uint32_t)n, tree->nodes[t].shape}; /* count: its place, so far */
    qsort(all, n, sizeof *all, by_shape);
    for (size_t i = 0, run = 1; i < n; i += run) {
        for (run = 1; i + run < n && all[i + run].shape == all[i].shape;)
            run++;
        all[kept++] = (struct alike){all[i].task, (uint32_t)run, all[i].count};
    }
    qsort(all, kept, sizeof *all, by_place); /* shape: its place */
    *length = kept;
    return all;
}

size_t forest_below(const struct tree *tree, uint32_t task)
{
    size_t n = 0;
    uint32_t at = tree->nodes[task].first_child;
    while (at != LOOK_NONE) {
        n++;
        if (tree->nodes[at].first_child != LOOK_NONE) {
            at = tree->nodes[at].first_child;
            continue;
        }
        while (at != task && tree->nodes[at].next == LOOK_NONE)
            at = tree->nodes[at].parent;
        at = at == task ? LOOK_NONE : tree->nodes[at].next;
    }
    return n;
}

/* --- Lines --------------------------------------------------------------------------------------------- */

enum { STEP = 8 }; /* bytes that a level takes at most */

struct forest {
    const struct target *target;
    const struct look *look;
    const struct tree *tree;
    FILE *out;
    char before[FOREST_DEPTH * STEP + 64];
};

static void write_age(const struct forest *f, const struct seen_task *t)
{
    int64_t minutes = shown_minutes((enum task_state)t->state, t->since, f->look->now);
    if (minutes > 0)
        fprintf(f->out, ", %" PRId64 " minute%s", minutes, minutes == 1 ? "" : "s");
}

static void write_task(const struct forest *f, const struct alike *alike)
{
    char number[32];
    const struct seen_task *t = &f->look->tasks[alike->task];
    const struct seen_group *g = &f->look->groups[t->group];
    if (alike->count > 1)
        fprintf(f->out, "%s times: ", shown_number(alike->count, number));
    fprintf(f->out, "task %" PRIu64 " [%s", t->id, place_state(g));
    write_age(f, t);
    fputs("] ", f->out);
    place_write(place_of(f->target, g), f->out);
    fputs(", made at ", f->out);
    place_write_site(g->site, f->out);
    if (g->labels) {
        fputc(' ', f->out);
        notes_write_labels(g->labels, f->out);
    }
    fputs(t->has_changed ? " (changed while looked at)\n" : "\n", f->out);
}

/* `task 3 -> task 4 -> task 3`. A tie that is a guess is said to be one. */
static void write_cycle(const struct forest *f, uint32_t first)
{
    enum { LINKS_MOST = 32 };
    const struct node *nodes = f->tree->nodes;
    bool is_sure = nodes[first].tie == TIE_OWNS;
    for (uint32_t at = nodes[first].cycle_to; at != first; at = nodes[at].parent)
        is_sure &= nodes[at].tie == TIE_OWNS;
    fprintf(f->out, "%s%s: task %" PRIu64, f->before, is_sure ? "cycle" : "may be a cycle",
            f->look->tasks[first].id);
    int links = 0;
    for (uint32_t at = nodes[first].cycle_to; at != first && links < LINKS_MOST;
         at = nodes[at].parent, links++)
        fprintf(f->out, " -> task %" PRIu64, f->look->tasks[at].id);
    fprintf(f->out, "%s -> task %" PRIu64 "\n", links == LINKS_MOST ? " -> ..." : "",
            f->look->tasks[first].id);
}

static void write_tie(const struct forest *f, uint32_t task)
{
    char others[32];
    const struct node *node = &f->tree->nodes[task];
    uint32_t above = node->cycle_to != LOOK_NONE ? node->cycle_to : node->parent;
    if (node->tie != TIE_HOLDS)
        return;
    fprintf(f->out, "; task %" PRIu64, f->look->tasks[above].id);
    if (node->holders > 1)
        fprintf(f->out, " and %s more have its address on their stacks",
                shown_number(node->holders - 1, others));
    else
        fputs(" has its address on its stack", f->out);
}

static bool write_wait(const struct forest *f, uint32_t task)
{
    char *words = NULL;
    size_t size;
    FILE *text = open_memstream(&words, &size);
    if (!text)
        return false;
    int lines = words_write_wait(f->target, f->look, &f->look->tasks[task], f->before, text);
    if (fclose(text) == 0 && lines > 0) {
        fprintf(f->out, "%swaits %s", f->before, words);
        write_tie(f, task);
        fputc('\n', f->out);
    }
    free(words);
    if (f->tree->nodes[task].cycle_to != LOOK_NONE)
        write_cycle(f, task);
    return true;
}

/* What stands before the lines of the next level; is_last: nothing goes on here. */
static void step_in(struct forest *f, bool is_last)
{
    size_t length = strlen(f->before);
    snprintf(f->before + length, sizeof f->before - length, "%s", is_last ? "   " : "│  ");
}

static bool write_level(struct forest *f, uint32_t first, int depth);

static bool write_one(struct forest *f, const struct alike *alike, int depth, bool is_last)
{
    char number[32];
    size_t length = strlen(f->before);
    uint32_t first = f->tree->nodes[alike->task].first_child;
    if (depth)
        fprintf(f->out, "%s%s", f->before, is_last ? "└─ " : "├─ ");
    write_task(f, alike);
    if (depth)
        step_in(f, is_last);
    size_t own = strlen(f->before);
    step_in(f, first == LOOK_NONE);
    bool done = write_wait(f, alike->task);
    f->before[own] = 0;
    if (first != LOOK_NONE && depth + 1 == FOREST_DEPTH)
        fprintf(f->out, "%s└─ %s more below\n", f->before,
                shown_number(forest_below(f->tree, alike->task), number));
    else
        done = done && write_level(f, first, depth + 1);
    f->before[length] = 0;
    return done;
}

static bool write_level(struct forest *f, uint32_t first, int depth)
{
    size_t n;
    if (first == LOOK_NONE)
        return true;
    struct alike *all = forest_alike(f->tree, first, &n);
    bool done = all;
    for (size_t i = 0; done && i < n; i++)
        done = write_one(f, &all[i], depth, i + 1 == n);
    free(all);
    return done;
}

bool forest_write(const struct target *target, const struct look *look, const struct tree *tree,
                  FILE *out)
{
    char number[32];
    struct forest f = {.target = target, .look = look, .tree = tree, .out = out};
    notes_write_head(target, look, out);
    bool done = write_level(&f, tree->first_root, 0);
    if (tree->cycles)
        fprintf(out, "%s task%s in cycles\n", shown_number(tree->in_cycles, number),
                tree->in_cycles == 1 ? "" : "s");
    notes_write(target, look, out);
    return done && !ferror(out);
}
