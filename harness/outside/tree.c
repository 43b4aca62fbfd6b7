/* The tree of waiting. No recursion: a chain of a million tasks is one that a million levels deep. */
#include "outside/tree.h"
#include "outside/holders.h"
#include <stdlib.h>

struct builder {
    struct tree *tree;
    const struct look *look;
    struct memory *memory;
    const struct task_layout *layout;
    struct holders holders;
    uint32_t *order; /* tasks by id */
};

static bool is_lock(uint8_t reason)
{
    return reason == WAIT_MUTEX || reason == WAIT_RW_MUTEX_READ || reason == WAIT_RW_MUTEX_WRITE;
}

/* --- Ties ---------------------------------------------------------------------------------------------- */

/* The owner that lives; of several readers rather one that waits for a lock itself. */
static void tie_to_owner(const struct builder *b, uint32_t task)
{
    const struct seen_task *t = &b->look->tasks[task];
    struct node *node = &b->tree->nodes[task];
    struct seen_object o = object_at(b->memory, b->layout,
                                     object_kind_of((enum wait_reason)t->reason), t->object, false);
    for (size_t i = 0; i < o.owner_count; i++) {
        uint32_t owner = look_task_at(b->look, o.owners[i].task);
        if (owner == LOOK_NONE || b->look->tasks[owner].id != o.owners[i].id)
            continue;
        const struct seen_task *its = &b->look->tasks[owner];
        bool waits = its->state == TASK_PARKED && is_lock(its->reason);
        if (node->parent == LOOK_NONE || waits) {
            node->parent = owner;
            node->tie = TIE_OWNS;
        }
        if (waits)
            return;
    }
}

static void tie_to_holder(const struct builder *b, uint32_t task)
{
    struct seen_case cases[CASES_MOST];
    struct node *node = &b->tree->nodes[task];
    size_t n = object_cases(b->memory, b->layout, &b->look->tasks[task], cases);
    for (size_t i = 0; i < n; i++) {
        const struct holding *h = holders_of(&b->holders, cases[i].at);
        if (!h || h->holder == LOOK_NONE || node->parent != LOOK_NONE)
            continue;
        node->parent = h->holder;
        node->holders = h->holders;
        node->object = cases[i].at;
        node->tie = TIE_HOLDS;
    }
}

/* The objects that tasks wait on, but for locks: their owners are known. */
static bool add_objects(struct builder *b)
{
    struct seen_case cases[CASES_MOST];
    for (uint32_t i = 0; i < b->look->length; i++) {
        struct node *node = &b->tree->nodes[i];
        *node = (struct node){LOOK_NONE, LOOK_NONE, LOOK_NONE, .cycle_to = LOOK_NONE};
        size_t n = object_cases(b->memory, b->layout, &b->look->tasks[i], cases);
        node->object = n ? cases[0].at : 0;
        for (size_t k = 0; k < n && !is_lock(b->look->tasks[i].reason); k++)
            if (!holders_add(&b->holders, cases[k].at, i))
                return false;
    }
    return true;
}

static bool tie_all(struct builder *b)
{
    if (!add_objects(b) || !holders_find(&b->holders, b->look, b->memory, b->layout))
        return false;
    for (uint32_t i = 0; i < b->look->length; i++) {
        if (b->look->tasks[i].state != TASK_PARKED)
            continue;
        if (is_lock(b->look->tasks[i].reason))
            tie_to_owner(b, i);
        else
            tie_to_holder(b, i);
    }
    return true;
}

/* --- Cycles -------------------------------------------------------------------------------------------- */

/* The task with the least id of a cycle becomes a root. */
static void open_cycle(const struct builder *b, uint32_t in)
{
    struct node *nodes = b->tree->nodes;
    uint32_t first = in, at = in;
    do {
        nodes[at].in_cycle = true;
        b->tree->in_cycles++;
        if (b->look->tasks[at].id < b->look->tasks[first].id)
            first = at;
        at = nodes[at].parent;
    } while (at != in);
    nodes[first].cycle_to = nodes[first].parent;
    nodes[first].parent = LOOK_NONE;
    b->tree->cycles++;
}

/* Each task waits for one other at most: from each on upwards, until where somebody has been already. */
static bool find_cycles(const struct builder *b)
{
    struct node *nodes = b->tree->nodes;
    uint32_t *walk = calloc(b->look->length + 1, sizeof *walk); /* that was here, from 1 on */
    if (!walk)
        return false;
    for (uint32_t i = 0; i < b->look->length; i++) {
        uint32_t at = i;
        for (; at != LOOK_NONE && !walk[at]; at = nodes[at].parent)
            walk[at] = i + 1;
        if (at != LOOK_NONE && walk[at] == i + 1)
            open_cycle(b, at);
    }
    free(walk);
    return true;
}

/* --- Shapes --------------------------------------------------------------------------------------------- */

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ (hash >> 32);
}

static const struct look *sorted;

static int by_id(const void *a, const void *b)
{
    uint64_t x = sorted->tasks[*(const uint32_t *)a].id, y = sorted->tasks[*(const uint32_t *)b].id;
    return (x > y) - (x < y);
}

/* Children, and roots, in the order of ids. */
static void link_children(const struct builder *b)
{
    struct node *nodes = b->tree->nodes;
    for (size_t i = b->look->length; i > 0; i--) {
        struct node *node = &nodes[b->order[i - 1]];
        uint32_t *first =
            node->parent == LOOK_NONE ? &b->tree->first_root : &nodes[node->parent].first_child;
        node->next = *first;
        *first = b->order[i - 1];
    }
}

/* Parents first in the order: the shapes are made from its end. A sum does not care for the children's order. */
static void set_shapes(const struct builder *b)
{
    struct node *nodes = b->tree->nodes;
    size_t length = 0;
    for (uint32_t root = b->tree->first_root; root != LOOK_NONE; root = nodes[root].next)
        b->order[length++] = root;
    for (size_t i = 0; i < length; i++)
        for (uint32_t c = nodes[b->order[i]].first_child; c != LOOK_NONE; c = nodes[c].next)
            b->order[length++] = c;
    for (size_t i = length; i > 0; i--) {
        struct node *node = &nodes[b->order[i - 1]];
        uint64_t own = (uint64_t)b->look->tasks[b->order[i - 1]].group << 8 | node->tie << 2 |
                       (uint64_t)node->in_cycle << 1 | (node->cycle_to != LOOK_NONE);
        node->shape = mix(node->shape, own);
        if (node->parent != LOOK_NONE)
            nodes[node->parent].shape += mix(node->shape, 1);
    }
}

bool tree_build(struct tree *tree, const struct look *look, struct memory *memory,
                const struct task_layout *layout)
{
    struct builder b = {tree, look, memory, layout, {0}, NULL};
    *tree = (struct tree){.first_root = LOOK_NONE};
    tree->nodes = calloc(look->length + 1, sizeof *tree->nodes);
    b.order = malloc((look->length + 1) * sizeof *b.order);
    bool done = tree->nodes && b.order && tie_all(&b) && find_cycles(&b);
    holders_free(&b.holders);
    if (done) {
        for (uint32_t i = 0; i < look->length; i++)
            b.order[i] = i;
        sorted = look;
        qsort(b.order, look->length, sizeof *b.order, by_id);
        link_children(&b);
        set_shapes(&b);
    }
    free(b.order);
    return done;
}

void tree_free(struct tree *tree)
{
    free(tree->nodes);
    tree->nodes = NULL;
}
