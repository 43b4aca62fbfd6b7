/* Collecting: one pass over the tasks, each looked at once and in its own page.
 *
 * - A task costs twelve bytes (its group and since when it is parked), a group one block.
 * - Groups are found by a hash over all that tells them apart; the labels are compared by address
 *   first, since tasks that inherited them share them.
 * - The order of groups while collecting is that of first sight; they are sorted at the end.
 */
#include "profile/collect.h"
#include "task/time.h"
#include <errno.h>
#include <gsl/gsl_statistics_long.h>
#include <stdlib.h>
#include <string.h>

struct open_group {
    struct profile_group shown;
    uint64_t hash;
    const struct task_labels *source; /* of its labels, while collecting */
    uint32_t number;                  /* in the order of first sight */
};

struct collector {
    profile_filter *filter;
    void *arg;
    const struct proof *proof;
    struct open_group *groups;
    size_t length, capacity;
    uint32_t *slots; /* number of a group plus one, 0 for free */
    size_t slot_count;
    int64_t *since;
    uint32_t *group_of;
    size_t tasks, room;
    const struct task_labels *source; /* of what labels holds */
    struct profile_label *labels;
    size_t label_count, label_room;
    uint64_t label_hash;
    bool failed;
};

/* What a task is told apart by. */
struct sight {
    const void *frames[PROFILE_DEPTH];
    size_t depth;
    enum frames_end end;
    const struct task_info *task;
    enum proof_verdict verdict;
    uint64_t hash;
};

static inline uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ (hash >> 32);
}

/* --- Labels --------------------------------------------------------------------------------- */

static int by_key(const void *a, const void *b)
{
    return strcmp(((const struct profile_label *)a)->key, ((const struct profile_label *)b)->key);
}

static uint64_t mix_text(uint64_t hash, const char *text)
{
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001B3);
    return mix(hash, 0);
}

static bool has_key(const struct collector *c, const char *key)
{
    for (size_t i = 0; i < c->label_count; i++)
        if (!strcmp(c->labels[i].key, key))
            return true;
    return false;
}

/* Makes c->labels those of the task: the first of a key counts; sorted. */
static bool read_labels(struct collector *c, const struct task_labels *source)
{
    if (source == c->source)
        return true;
    c->source = source;
    c->label_count = 0;
    c->label_hash = 0;
    for (const struct task_labels *l = source; l; l = l->next) {
        if (has_key(c, l->key))
            continue;
        if (c->label_count == c->label_room) {
            size_t room = c->label_room ? 2 * c->label_room : 8;
            void *larger = realloc(c->labels, room * sizeof *c->labels);
            if (!larger)
                return false;
            c->labels = larger;
            c->label_room = room;
        }
        c->labels[c->label_count++] = (struct profile_label){(char *)l->key, (char *)l->value};
    }
    if (c->label_count)
        qsort(c->labels, c->label_count, sizeof *c->labels, by_key);
    for (size_t i = 0; i < c->label_count; i++)
        c->label_hash = mix_text(mix_text(c->label_hash, c->labels[i].key), c->labels[i].value);
    return true;
}

static bool has_these_labels(const struct collector *c, const struct open_group *g)
{
    if (g->source == c->source)
        return true;
    if (g->shown.label_count != c->label_count)
        return false;
    for (size_t i = 0; i < c->label_count; i++)
        if (strcmp(g->shown.labels[i].key, c->labels[i].key) ||
            strcmp(g->shown.labels[i].value, c->labels[i].value))
            return false;
    return true;
}

/* --- Groups --------------------------------------------------------------------------------- */

static bool is_in(const struct collector *c, const struct open_group *g, const struct sight *s)
{
    return g->hash == s->hash && g->shown.depth == s->depth && g->shown.end == s->end &&
           g->shown.reason == s->task->reason && g->shown.state == s->task->state &&
           g->shown.site == s->task->site && g->shown.verdict == s->verdict &&
           !memcmp(g->shown.frames, s->frames, s->depth * sizeof *s->frames) &&
           has_these_labels(c, g);
}

static void put_in_slot(struct collector *c, uint64_t hash, uint32_t number)
{
    size_t at = hash & (c->slot_count - 1);
    while (c->slots[at])
        at = (at + 1) & (c->slot_count - 1);
    c->slots[at] = number + 1;
}

static bool make_room(struct collector *c)
{
    if (c->length < c->capacity)
        return true;
    size_t capacity = c->capacity ? 2 * c->capacity : 64, slot_count = 2 * capacity;
    void *groups = realloc(c->groups, capacity * sizeof *c->groups);
    if (!groups)
        return false;
    c->groups = groups;
    uint32_t *slots = calloc(slot_count, sizeof *slots);
    if (!slots)
        return false;
    free(c->slots);
    c->slots = slots;
    c->slot_count = slot_count;
    c->capacity = capacity;
    for (uint32_t i = 0; i < c->length; i++)
        put_in_slot(c, c->groups[i].hash, i);
    return true;
}

/* One block for all that a group points to: frames, labels, their text. */
static bool fill(struct profile_group *g, const struct collector *c, const struct sight *s)
{
    size_t size = s->depth * sizeof *s->frames + c->label_count * sizeof *c->labels;
    for (size_t i = 0; i < c->label_count; i++)
        size += strlen(c->labels[i].key) + strlen(c->labels[i].value) + 2;
    const void **frames = malloc(size + !size);
    if (!frames)
        return false;
    memcpy(frames, s->frames, s->depth * sizeof *frames);
    struct profile_label *labels = (struct profile_label *)(frames + s->depth);
    char *text = (char *)(labels + c->label_count);
    for (size_t i = 0; i < c->label_count; i++) {
        labels[i].key = text;
        text = stpcpy(text, c->labels[i].key) + 1;
        labels[i].value = text;
        text = stpcpy(text, c->labels[i].value) + 1;
    }
    g->frames = frames;
    g->depth = s->depth;
    g->labels = labels;
    g->label_count = c->label_count;
    return true;
}

static struct open_group *add_group(struct collector *c, const struct sight *s)
{
    const struct task_info *t = s->task;
    if (!make_room(c))
        return 0;
    struct open_group *g = &c->groups[c->length];
    *g = (struct open_group){
        .shown = {.reason = t->reason,
                  .state = t->state,
                  .site = t->site,
                  .entry = t->entry,
                  .end = s->end,
                  .verdict = s->verdict,
                  .cause = proven_cause(c->proof, t),
                  .since_min = INT64_MAX,
                  .since_max = INT64_MIN},
        .hash = s->hash,
        .source = t->labels,
        .number = (uint32_t)c->length,
    };
    if (!fill(&g->shown, c, s))
        return 0;
    put_in_slot(c, s->hash, (uint32_t)c->length++);
    return g;
}

static struct open_group *find_group(struct collector *c, const struct sight *s)
{
    for (size_t at = s->hash; c->slot_count; at++) {
        uint32_t slot = c->slots[at & (c->slot_count - 1)];
        if (!slot)
            break;
        if (is_in(c, &c->groups[slot - 1], s))
            return &c->groups[slot - 1];
    }
    return add_group(c, s);
}

/* --- The pass ------------------------------------------------------------------------------- */

static void look_at(const struct collector *c, const struct task_info *task, struct sight *s)
{
    s->task = task;
    s->verdict = proven_verdict(c->proof, task);
    s->depth = frames_walk(task, s->frames, PROFILE_DEPTH, &s->end);
    if (!s->depth) /* not started, or not to be walked: what it was made to run */
        s->frames[s->depth++] = (const char *)task->entry + 1;
    uint64_t hash = mix(c->label_hash, (uintptr_t)task->site);
    hash = mix(hash, task->reason | task->state << 8 | s->end << 16 | s->verdict << 24);
    for (size_t i = 0; i < s->depth; i++)
        hash = mix(hash, (uintptr_t)s->frames[i]);
    s->hash = hash;
}

static bool collect_one(const struct task_info *task, void *arg)
{
    struct collector *c = arg;
    struct sight s;
    if (c->filter && !c->filter(task, c->arg))
        return true;
    if (c->tasks == c->room || !read_labels(c, task->labels))
        return !(c->failed = true);
    look_at(c, task, &s);
    struct open_group *g = find_group(c, &s);
    if (!g)
        return !(c->failed = true);
    struct profile_group *shown = &g->shown;
    shown->count++;
    if (task->since < shown->since_min)
        shown->since_min = task->since;
    if (task->since > shown->since_max)
        shown->since_max = task->since;
    c->since[c->tasks] = task->since;
    c->group_of[c->tasks++] = g->number;
    return true;
}

/* --- The end -------------------------------------------------------------------------------- */

static bool set_medians(struct collector *c)
{
    long *sorted = malloc((c->tasks + 1) * sizeof *sorted);
    size_t *next = malloc((c->length + 1) * sizeof *next);
    if (sorted && next) {
        size_t at = 0;
        for (size_t i = 0; i < c->length; i++) {
            next[i] = at;
            at += c->groups[i].shown.count;
        }
        for (size_t i = 0; i < c->tasks; i++)
            sorted[next[c->group_of[i]]++] = c->since[i];
        for (size_t i = 0; i < c->length; i++) {
            size_t n = c->groups[i].shown.count;
            c->groups[i].shown.since_median =
                gsl_stats_long_select(sorted + next[i] - n, 1, n, (n - 1) / 2);
        }
    }
    bool done = sorted && next;
    free(sorted);
    free(next);
    return done;
}

static int by_count(const void *a, const void *b)
{
    const struct open_group *first = a, *second = b;
    const struct profile_group *x = &first->shown, *y = &second->shown;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    if (x->reason != y->reason) /* the same order whatever the compiler made of the stacks */
        return x->reason < y->reason ? -1 : 1;
    for (size_t i = 0; i < x->depth && i < y->depth; i++)
        if (x->frames[i] != y->frames[i])
            return x->frames[i] < y->frames[i] ? -1 : 1;
    if (x->depth != y->depth)
        return x->depth < y->depth ? -1 : 1;
    return (first->number > second->number) - (first->number < second->number);
}

/* Sorts, and moves the groups to p. */
static bool close_groups(struct collector *c, struct profile *p)
{
    uint32_t *place = malloc((c->length + 1) * sizeof *place);
    p->groups = malloc((c->length + 1) * sizeof *p->groups);
    if (!place || !p->groups) {
        free(place);
        return false;
    }
    if (c->length)
        qsort(c->groups, c->length, sizeof *c->groups, by_count);
    for (uint32_t i = 0; i < c->length; i++) {
        p->groups[i] = c->groups[i].shown;
        place[c->groups[i].number] = i;
    }
    for (size_t i = 0; i < c->tasks; i++)
        c->group_of[i] = place[c->group_of[i]];
    free(place);
    p->length = c->length;
    p->total = c->tasks;
    p->group_of = c->group_of;
    return true;
}

struct profile *profile_collect_proven(profile_filter *filter, void *arg, const struct proof *proof)
{
    struct collector c = {.filter = filter, .arg = arg, .proof = proof, .room = task_count()};
    struct profile *p = calloc(1, sizeof *p);
    c.since = malloc((c.room + 1) * sizeof *c.since);
    c.group_of = malloc((c.room + 1) * sizeof *c.group_of);
    if (p && c.since && c.group_of) {
        p->time = clock_now();
        p->proof = proof;
        p->is_whole = !filter;
        task_each(collect_one, &c);
    }
    bool done = p && c.since && c.group_of && !c.failed && set_medians(&c) && close_groups(&c, p);
    if (!done) {
        for (size_t i = 0; i < c.length; i++)
            free((void *)c.groups[i].shown.frames);
        if (p)
            free(p->groups);
        free(p);
        free(c.group_of);
        errno = ENOMEM;
    }
    free(c.since);
    free(c.groups);
    free(c.slots);
    free(c.labels);
    return done ? p : 0;
}

struct profile *profile_collect(profile_filter *filter, void *arg)
{
    return profile_collect_proven(filter, arg, 0);
}

void profile_free(struct profile *p)
{
    if (!p)
        return;
    for (size_t i = 0; i < p->length; i++)
        free((void *)p->groups[i].frames);
    free(p->groups);
    free(p->group_of);
    free(p);
}
