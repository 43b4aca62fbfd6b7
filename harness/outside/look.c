/* Looking: slab by slab, each stack's top page by one read, so that a million tasks are some ten thousand calls. */
#include "outside/look.h"
#include "outside/groups.h"
#include "outside/stacks.h"
#include "outside/texts.h"
#include "task/time.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Of each stack so much is read at once: the record, and the frames of all but a deep call. Within a page. */
enum { WINDOW = 2048, ROUNDS = 3 };

struct looker {
    struct look *look;
    struct memory *memory;
    const struct task_layout *layout;
    uint64_t current, ready_first, last_id;
    char (*windows)[WINDOW];
};

/* A stack in use, and what was read of it. */
struct sight {
    struct looker *looker;
    const struct seen_slab *slab;
    const char *window, *record; /* record: in the window */
    uint64_t window_at;          /* its address */
    uint64_t low, at;            /* where the stack begins; where its record does */
    int place;
};

static uint64_t field(const struct sight *s, enum layout_field field)
{
    return layout_number(s->looker->layout, field, s->record);
}

/* --- Frames ----------------------------------------------------------------------------------------- */

/* A frame: the caller's, and where it returns to. */
static bool read_frame(const struct sight *s, uint64_t at, uint64_t frame[2])
{
    size_t size = 2 * sizeof *frame;
    if (at < s->low || at % sizeof *frame || at >= s->at || s->at - at < size)
        return false;
    if (at < s->window_at)
        return memory_read(s->looker->memory, at, frame, size);
    memcpy(frame, s->window + (at - s->window_at), size);
    return true;
}

/* As frames_walk() in the process itself. */
static size_t walk_frames(const struct sight *s, uint64_t at, uint64_t *frames, bool *is_broken)
{
    uint64_t frame[2];
    size_t n = 0;
    *is_broken = false;
    while (at && n < LOOK_DEPTH) {
        if (!read_frame(s, at, frame)) {
            *is_broken = true;
            break;
        }
        if (!frame[0] || frame[0] == frame[1])
            break;
        frames[n++] = frame[1];
        if (frame[0] <= at) {
            *is_broken = true;
            break;
        }
        at = frame[0];
    }
    return n;
}

/* --- Tasks ------------------------------------------------------------------------------------------- */

/* A record that lies on a stack in use, and knows it. */
static bool is_sound(const struct sight *s)
{
    const struct task_layout *l = s->looker->layout;
    uint64_t id = field(s, LAYOUT_TASK_ID);
    return field(s, LAYOUT_TASK_SLAB) == s->slab->at &&
           field(s, LAYOUT_TASK_PLACE) == (uint64_t)s->place &&
           field(s, LAYOUT_TASK_STATE) <= TASK_PARKED && id &&
           (field(s, LAYOUT_TASK_STATE) != TASK_PARKED ||
            field(s, LAYOUT_TASK_REASON) < l->reasons);
}

static struct seen_task *new_task(struct look *look)
{
    if (look->length == look->room) {
        size_t room = look->room ? 2 * look->room : 1024;
        void *larger = realloc(look->tasks, room * sizeof *look->tasks);
        if (!larger || room > LOOK_NONE / 2)
            return NULL;
        look->tasks = larger;
        look->room = room;
    }
    return &look->tasks[look->length++];
}

static struct seen_task task_of(const struct sight *s)
{
    uint64_t next = field(s, LAYOUT_TASK_READY_NEXT);
    bool runs = s->at == s->looker->current;
    uint8_t state = (uint8_t)field(s, LAYOUT_TASK_STATE);
    return (struct seen_task){
        .at = s->at,
        .id = field(s, LAYOUT_TASK_ID),
        .parent = field(s, LAYOUT_TASK_PARENT),
        .state = runs ? TASK_RUNNING : state,
        .reason = state == TASK_PARKED ? (uint8_t)field(s, LAYOUT_TASK_REASON) : WAIT_NONE,
        .since = (int64_t)field(s, LAYOUT_TASK_SINCE),
        .parks = field(s, LAYOUT_TASK_PARKS),
        .object = field(s, LAYOUT_TASK_OBJECT),
        .parked_at = state == TASK_RUNNING ? 0 : field(s, LAYOUT_TASK_PARKED_AT),
        .cases = (uint32_t)field(s, LAYOUT_TASK_CASE_COUNT),
        .ready_next = next ? next - s->looker->layout->field[LAYOUT_TASK_OWN_CASE].at : 0,
    };
}

static bool take_task(const struct sight *s)
{
    uint64_t frames[LOOK_DEPTH];
    struct look *look = s->looker->look;
    if (!is_sound(s)) {
        look->broken++;
        return true;
    }
    struct seen_task *t = new_task(look);
    if (!t)
        return false;
    *t = task_of(s);
    struct seen_group like = {.state = t->state,
                              .reason = t->reason,
                              .frames = frames,
                              .entry = field(s, LAYOUT_TASK_ENTRY),
                              .site = texts_site(look->texts, field(s, LAYOUT_TASK_SITE))};
    like.depth = (uint16_t)walk_frames(s, t->parked_at, frames, &like.is_broken);
    if (!like.site || !texts_labels(look->texts, field(s, LAYOUT_TASK_LABELS), &like.labels))
        return false;
    t->group = groups_find(look->opened, &like);
    return t->group != LOOK_NONE;
}

static bool take_slab(struct looker *l, const struct seen_slab *slab)
{
    struct piece pieces[TASK_LAYOUT_PLACES];
    int places[TASK_LAYOUT_PLACES];
    size_t n = 0;
    for (uint64_t used = slab->used; used; used &= used - 1, n++) {
        places[n] = __builtin_ctzll(used);
        uint64_t end = slab->base + (uint64_t)(places[n] + 1) * slab->stride;
        pieces[n] = (struct piece){.at = end - WINDOW, .to = l->windows[n], .size = WINDOW};
    }
    l->memory->read(l->memory, pieces, n);
    for (size_t i = 0; i < n; i++) {
        uint64_t end = pieces[i].at + WINDOW, below = l->layout->record_below[places[i]];
        struct sight s = {
            .looker = l,
            .slab = slab,
            .window = l->windows[i],
            .record = l->windows[i] + WINDOW - below,
            .window_at = pieces[i].at,
            .low = end - slab->stride + slab->guard,
            .at = end - below,
            .place = places[i],
        };
        if (!pieces[i].read)
            l->look->broken++;
        else if (!take_task(&s))
            return false;
    }
    return true;
}

uint32_t look_task_at(const struct look *look, uint64_t at)
{
    size_t low = 0, high = look->length;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (look->tasks[middle].at < at)
            low = middle + 1;
        else
            high = middle;
    }
    return low < look->length && look->tasks[low].at == at ? (uint32_t)low : LOOK_NONE;
}

/* The state of one in the ready list may still be what it was: the list tells. */
static bool take_ready(struct looker *l)
{
    struct look *look = l->look;
    uint64_t at = l->ready_first;
    for (size_t i = 0; at && i <= look->length; i++) {
        uint32_t n = look_task_at(look, at);
        if (n == LOOK_NONE)
            break;
        struct seen_task *t = &look->tasks[n];
        at = t->ready_next;
        if (t->state == TASK_READY)
            continue;
        struct seen_group like = *groups_get(look->opened, t->group);
        like.state = t->state = TASK_READY;
        like.reason = t->reason = WAIT_NONE;
        if ((t->group = groups_find(look->opened, &like)) == LOOK_NONE)
            return false;
    }
    look->is_cut |= at != 0;
    return true;
}

/* --- The passes --------------------------------------------------------------------------------------- */

static bool read_scheduler(struct looker *l)
{
    char scheduler[LAYOUT_RECORD];
    size_t size = layout_end(l->layout, LAYOUT_SCHED_CURRENT, LAYOUT_SCHED_LAST_ID);
    if (!memory_read(l->memory, (uintptr_t)l->layout->scheduler, scheduler, size))
        return false;
    l->current = layout_number(l->layout, LAYOUT_SCHED_CURRENT, scheduler);
    l->ready_first = layout_number(l->layout, LAYOUT_SCHED_READY_FIRST, scheduler);
    l->last_id = layout_number(l->layout, LAYOUT_SCHED_LAST_ID, scheduler);
    l->look->now = (int64_t)layout_number(l->layout, LAYOUT_SCHED_NOW, scheduler);
    return true;
}

/* Under the real clock of a process that may be asleep since its last look at it: ours is the same one. */
static void set_time(const struct looker *l)
{
    struct timespec t;
    int64_t offset = 0, now;
    clock_gettime(CLOCK_MONOTONIC, &t);
    if (!memory_read(l->memory, (uintptr_t)l->layout->clock_offset, &offset, sizeof offset) ||
        __builtin_add_overflow(t.tv_sec * SECOND + t.tv_nsec, offset, &now))
        return;
    if (now > l->look->now)
        l->look->now = now;
}

static size_t count_hibernated(const struct looker *l)
{
    char stats[LAYOUT_RECORD];
    size_t size = layout_end(l->layout, LAYOUT_STATS_HIBERNATED, LAYOUT_STATS_HIBERNATED);
    if (!memory_read(l->memory, (uintptr_t)l->layout->stats, stats, size))
        return 0;
    return layout_number(l->layout, LAYOUT_STATS_HIBERNATED, stats);
}

/* Reads them all. False: no memory. */
static bool first_pass(struct looker *l, bool *is_readable)
{
    struct look *look = l->look;
    struct seen_slabs slabs;
    groups_free(look->opened);
    look->opened = calloc(1, sizeof *look->opened);
    look->length = look->broken = 0;
    *is_readable = read_scheduler(l) && stacks_find(&slabs, l->memory, l->layout);
    if (!*is_readable)
        return true;
    look->is_cut = slabs.is_cut;
    bool done = look->opened;
    for (size_t i = 0; done && i < slabs.length; i++)
        done = take_slab(l, &slabs.all[i]);
    free(slabs.all);
    look->hibernated = count_hibernated(l);
    return done && take_ready(l);
}

static bool is_same(const struct looker *l, const struct seen_task *t, const char *record)
{
    uint8_t state = (uint8_t)layout_number(l->layout, LAYOUT_TASK_STATE, record);
    return layout_number(l->layout, LAYOUT_TASK_ID, record) == t->id &&
           layout_number(l->layout, LAYOUT_TASK_PARKS, record) == t->parks &&
           (state == t->state || (t->state == TASK_READY && state == TASK_PARKED)) &&
           (t->state == TASK_RUNNING) == (t->at == l->current);
}

/* Which of them ran or ended since. */
static void second_pass(struct looker *l)
{
    struct look *look = l->look;
    struct piece pieces[TASK_LAYOUT_PLACES];
    uint64_t last_id = l->last_id;
    read_scheduler(l);
    for (size_t i = 0; i < look->length; i += TASK_LAYOUT_PLACES) {
        size_t n = look->length - i < TASK_LAYOUT_PLACES ? look->length - i : TASK_LAYOUT_PLACES;
        for (size_t k = 0; k < n; k++)
            pieces[k] =
                (struct piece){look->tasks[i + k].at, l->windows[k], l->layout->task_size, false};
        l->memory->read(l->memory, pieces, n);
        for (size_t k = 0; k < n; k++) {
            struct seen_task *t = &look->tasks[i + k];
            t->has_changed = !pieces[k].read || !is_same(l, t, l->windows[k]);
            look->changed += t->has_changed;
        }
    }
    look->made = l->last_id - last_id;
}

bool look_at(struct look *look, struct memory *memory, const struct task_layout *layout, bool moves,
             bool is_core, char why[LOOK_WHY])
{
    struct looker l = {.look = look, .memory = memory, .layout = layout};
    bool is_readable = true;
    uint8_t is_virtual = 0;
    *look = (struct look){.texts = texts_new(memory, layout)};
    l.windows = malloc(TASK_LAYOUT_PLACES * sizeof *l.windows);
    bool done = look->texts && l.windows;
    /* What makes no sense may have changed just while it was read: once more. */
    for (int round = 0; done && round < (moves ? ROUNDS : 1); round++) {
        done = first_pass(&l, &is_readable);
        if (!is_readable || (!look->is_cut && !look->broken))
            break;
    }
    if (done && is_readable) {
        memory_read(memory, (uintptr_t)layout->clock_is_virtual, &is_virtual, 1);
        look->is_virtual = is_virtual;
        if (moves)
            second_pass(&l);
        if (!is_virtual && !is_core)
            set_time(&l);
        look->groups = groups_close(look->opened, look->tasks, look->length, &look->group_count);
        done = look->groups;
    }
    free(l.windows);
    if (!done)
        snprintf(why, LOOK_WHY, "no memory for what there is to know of %zu tasks", look->length);
    else if (!is_readable)
        snprintf(why, LOOK_WHY,
                 "the runtime's own records can not be read, or there is no memory for them");
    return done && is_readable;
}

void look_free(struct look *look)
{
    groups_free(look->opened);
    texts_free(look->texts);
    free(look->tasks);
    free(look->groups);
    *look = (struct look){0};
}
