/* Three passes and no more: who waits on what; the state of each object; who holds its address. A
 * task that waits on an object is not counted as holding it. */
#include "profile/peers.h"
#include "profile/places.h"
#include "task/chan.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct search {
    const struct profile *profile;
    profile_filter *filter;
    void *arg;
    struct places places;
    size_t visited, taken;
    struct peers *found;
    bool failed;
};

/* --- Who waits on what ---------------------------------------------------------------------------- */

static bool waits_on_object(const struct task_info *t)
{
    return t->state == TASK_PARKED && t->object && object_kind_of(t->reason) != OBJECT_NONE;
}

static uint32_t group_of_next(struct search *s, const struct task_info *t)
{
    s->visited++;
    if (s->filter && !s->filter(t, s->arg))
        return PEER_OUTSIDE;
    return s->profile->group_of[s->taken++];
}

static bool note_waits(const struct task_info *t, void *arg)
{
    struct search *s = arg;
    struct place p = {.group = group_of_next(s, t), .waited = PLACE_NONE};
    if (p.group == PEER_OUTSIDE || !waits_on_object(t))
        return true;
    p.kind = (uint8_t)object_kind_of(t->reason);
    if (t->reason != WAIT_SELECT) {
        p.object = t->object;
        p.sends = t->reason == WAIT_CHAN_SEND;
        s->failed |= !places_add(&s->places, &p);
        return !s->failed;
    }
    const struct chan_case *cases = t->object;
    for (size_t i = 0; i < t->cases; i++) {
        p.object = cases[i].chan;
        p.sends = cases[i].sends;
        p.select_case = i < UINT16_MAX ? (uint16_t)i : UINT16_MAX;
        if (p.object)
            s->failed |= !places_add(&s->places, &p);
    }
    return !s->failed;
}

/* --- States ----------------------------------------------------------------------------------------- */

/* The group's entry for a place, new where none is like it. NULL where memory is short. */
static struct waited *waited_for(struct waited_list *list, const struct place *p,
                                 const struct object_state *state)
{
    for (size_t i = 0; i < list->length; i++) {
        struct waited *w = &list->waited[i];
        if (w->state.kind == OBJECT_VARIOUS ||
            (w->select_case == p->select_case && w->sends == p->sends &&
             object_is_like(&w->state, state)))
            return w;
    }
    struct waited *larger = realloc(list->waited, (list->length + 1) * sizeof *larger);
    if (!larger)
        return 0;
    list->waited = larger;
    struct waited *w = &larger[list->length++];
    *w = (struct waited){
        .state = *state, .select_case = p->select_case, .sends = p->sends, .example = p->object};
    if (list->length == WAITED_KINDS)
        w->state = (struct object_state){.kind = OBJECT_VARIOUS};
    return w;
}

static void inspect_places(struct search *s)
{
    for (uint32_t i = 0; i < s->places.length && !s->failed; i++) {
        struct place *p = &s->places.all[i];
        struct waited_list *list = &s->found->groups[p->group];
        struct object_state state = object_inspect(p->kind, p->object, s->profile->proof);
        struct waited *w = waited_for(list, p, &state);
        if (!w) {
            s->failed = true;
            return;
        }
        w->objects++;
        w->tasks += p->tasks;
        p->waited = (uint32_t)(w - list->waited);
    }
}

static struct waited *waited_of(const struct search *s, const struct place *p)
{
    return &s->found->groups[p->group].waited[p->waited];
}

/* --- Peers ------------------------------------------------------------------------------------------ */

static struct peer *peer_in(struct peer_list *list, uint32_t group)
{
    for (size_t i = 0; i < list->length; i++)
        if (list->peers[i].group == group)
            return &list->peers[i];
    if (list->length == list->room) {
        size_t room = list->room ? 2 * list->room : 4;
        void *larger = realloc(list->peers, room * sizeof *list->peers);
        if (!larger)
            return 0;
        list->peers = larger;
        list->room = room;
    }
    list->peers[list->length] = (struct peer){.group = group};
    return &list->peers[list->length++];
}

static bool is_first_of_group(const struct search *s, uint32_t first, uint32_t place)
{
    for (uint32_t i = first; i != place; i = s->places.all[i].next)
        if (s->places.all[i].group == s->places.all[place].group)
            return false;
    return true;
}

/* The groups in the first part of the chain wait on the same object as this place does. */
static void join(struct search *s, const struct place *p, uint32_t first)
{
    struct peer_list *list = &waited_of(s, p)->waiting;
    uint32_t i = first;
    for (size_t n = 0; i != PLACE_NONE && n < PEER_GROUPS && !s->failed;
         n++, i = s->places.all[i].next) {
        const struct place *other = &s->places.all[i];
        if (p->group == other->group || !is_first_of_group(s, first, i))
            continue;
        struct peer *peer = peer_in(list, other->group);
        if (!peer) {
            s->failed = true;
            return;
        }
        peer->tasks += other->tasks;
        peer->objects++;
    }
}

static void join_chain(struct search *s, uint32_t first)
{
    size_t n = 0;
    for (uint32_t i = first; i != PLACE_NONE && !s->failed; i = s->places.all[i].next, n++)
        if (n < PEER_GROUPS)
            join(s, &s->places.all[i], first);
        else
            waited_of(s, &s->places.all[i])->cut = true;
}

static bool waits_on(const struct task_info *t, const void *object)
{
    if (t->state != TASK_PARKED)
        return false;
    if (t->reason != WAIT_SELECT)
        return t->object == object;
    const struct chan_case *cases = t->object;
    for (size_t i = 0; i < t->cases; i++)
        if (cases[i].chan == object)
            return true;
    return false;
}

static void note_holder(struct search *s, struct place *p, uint32_t group)
{
    if (p->last_task == (uint32_t)s->visited)
        return;
    p->last_task = (uint32_t)s->visited;
    struct waited *w = waited_of(s, p);
    struct peer *peer = peer_in(&w->holding, group);
    if (!peer) {
        s->failed = true;
        return;
    }
    w->held += !p->held;
    p->held = true;
    peer->objects++;
    peer->tasks += peer->last_task != s->visited;
    peer->last_task = s->visited;
}

__attribute__((no_sanitize("address"))) static bool scan(const struct task_info *t, void *arg)
{
    struct search *s = arg;
    uint32_t group = group_of_next(s, t);
    struct frames_span span = frames_span_of(t);
    for (const uintptr_t *word = span.low; word < span.high; word++) {
        const void *object = (const void *)*word;
        if (!places_may_hold(&s->places, object) || waits_on(t, object))
            continue;
        uint32_t first = *places_chain(&s->places, object), i = first - 1;
        if (!first)
            continue;
        for (size_t n = 0; i != PLACE_NONE && n < PEER_GROUPS; n++, i = s->places.all[i].next)
            note_holder(s, &s->places.all[i], group);
    }
    return !s->failed;
}

/* --- All of it -------------------------------------------------------------------------------------- */

static int by_objects(const void *a, const void *b)
{
    const struct waited *x = a, *y = b;
    if (x->select_case != y->select_case)
        return x->select_case < y->select_case ? -1 : 1;
    return (x->objects < y->objects) - (x->objects > y->objects);
}

static int by_tasks(const void *a, const void *b)
{
    const struct peer *x = a, *y = b;
    if (x->tasks != y->tasks)
        return x->tasks > y->tasks ? -1 : 1;
    return (x->group > y->group) - (x->group < y->group);
}

static void sort(struct peer_list *list)
{
    if (list->length)
        qsort(list->peers, list->length, sizeof *list->peers, by_tasks);
}

static void search_passes(struct search *s)
{
    task_each(note_waits, s);
    if (s->failed || !s->places.length)
        return;
    inspect_places(s);
    if (s->failed)
        return;
    for (size_t i = 0; i < s->places.slot_count && !s->failed; i++)
        if (s->places.by_object[i] && s->places.all[s->places.by_object[i] - 1].next != PLACE_NONE)
            join_chain(s, s->places.by_object[i] - 1);
    s->visited = s->taken = 0;
    task_each(scan, s);
    for (size_t i = 0; i < s->found->length; i++) {
        struct waited_list *list = &s->found->groups[i];
        for (size_t j = 0; j < list->length; j++) {
            sort(&list->waited[j].waiting);
            sort(&list->waited[j].holding);
        }
        if (list->length)
            qsort(list->waited, list->length, sizeof *list->waited, by_objects);
    }
}

struct peers *peers_find(const struct profile *p, profile_filter *filter, void *arg)
{
    struct search s = {.profile = p, .filter = filter, .arg = arg, .places = places_for(p->total)};
    s.found = calloc(1, sizeof *s.found);
    if (s.found) {
        s.found->length = p->length;
        s.found->groups = calloc(p->length + 1, sizeof *s.found->groups);
    }
    if (s.found && s.found->groups)
        search_passes(&s);
    if (!s.found || !s.found->groups || s.failed) {
        peers_free(s.found);
        s.found = 0;
        errno = ENOMEM;
    }
    places_free(&s.places);
    return s.found;
}

void peers_free(struct peers *peers)
{
    if (!peers)
        return;
    for (size_t i = 0; peers->groups && i < peers->length; i++) {
        for (size_t j = 0; j < peers->groups[i].length; j++) {
            free(peers->groups[i].waited[j].waiting.peers);
            free(peers->groups[i].waited[j].holding.peers);
        }
        free(peers->groups[i].waited);
    }
    free(peers->groups);
    free(peers);
}
