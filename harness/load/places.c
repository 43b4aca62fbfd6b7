#include "load/places.h"
#include "load/awake.h"
#include "profile/frames.h"
#include "profile/shown.h"
#include "task/task.h"
#include <stdio.h>
#include <string.h>

/* --- Tasks ---------------------------------------------------------------------------------------- */

struct gathering {
    struct task_places *places;
    uint64_t after, caller;
    int64_t spinning_from;
};

static bool same_place(const struct task_place *a, const struct task_place *b)
{
    return a->site == b->site && a->reason == b->reason && a->awake == b->awake &&
           memcmp(a->frames, b->frames, sizeof a->frames) == 0;
}

static struct task_place *find(struct task_places *places, const struct task_place *wanted)
{
    for (size_t i = 0; i < places->length; i++)
        if (same_place(&places->places[i], wanted))
            return &places->places[i];
    return NULL;
}

static struct task_place place_of(const struct task_info *task, enum awake awake)
{
    enum frames_end end;
    struct task_place place = {.site = task->site,
                               .reason = task->state == TASK_PARKED ? task->reason : WAIT_NONE,
                               .awake = awake,
                               .count = 1};
    frames_walk(task, place.frames, PLACE_FRAMES, &end);
    return place;
}

void places_add_task(struct task_places *places, const struct task_info *task, enum awake awake)
{
    struct task_place place = place_of(task, awake);
    struct task_place *known = find(places, &place);
    if (known)
        known->count++;
    else if (places->length < PLACES_MOST)
        places->places[places->length++] = place;
    else
        places->omitted++;
}

uint64_t places_like(const struct task_places *places, const struct task_info *task,
                     enum awake awake)
{
    struct task_place place = place_of(task, awake);
    for (size_t i = 0; i < places->length; i++)
        if (same_place(&places->places[i], &place))
            return places->places[i].count;
    return 0;
}

static bool gather(const struct task_info *task, void *arg)
{
    const struct gathering *g = arg;
    if (task->id <= g->after || task->id == g->caller)
        return true;
    bool awake = task->state != TASK_PARKED || task->since > g->spinning_from;
    places_add_task(g->places, task, awake ? awake_by(task) : AWAKE_NOT);
    return true;
}

void places_of_tasks(struct task_places *places, uint64_t after, int64_t spinning_from)
{
    places->length = places->omitted = 0;
    task_each(gather, &(struct gathering){places, after, task_id(), spinning_from});
}

/* --- Their names ---------------------------------------------------------------------------------- */

static void copy(char *to, size_t size, const char *from)
{
    snprintf(to, size, "%s", from ? from : "");
}

static struct parked_group name_task(const struct task_place *place)
{
    size_t depth = 0;
    struct shown_frame leaf;
    struct parked_group row = {.reason = place->reason,
                               .kept_awake = place->awake,
                               .made_line = (uint32_t)place->site->line};
    copy(row.made_file, sizeof row.made_file, place->site->file);
    copy(row.made_function, sizeof row.made_function, place->site->function);
    while (depth < PLACE_FRAMES && place->frames[depth])
        depth++;
    /* The first line that is not the runtime's. */
    if (shown_frames(place->frames, depth, &leaf, 1) && leaf.symbol->file) {
        copy(row.file, sizeof row.file, leaf.symbol->file);
        copy(row.function, sizeof row.function, leaf.symbol->function);
        row.line = (uint32_t)leaf.symbol->line;
    }
    return row;
}

/* Whom callers have made to wait at the same line is one group. */
static bool same_names(const struct parked_group *a, const struct parked_group *b)
{
    return a->reason == b->reason && a->kept_awake == b->kept_awake && a->line == b->line &&
           a->made_line == b->made_line && strcmp(a->file, b->file) == 0 &&
           strcmp(a->function, b->function) == 0 && strcmp(a->made_file, b->made_file) == 0;
}

static void add_task(struct parked *parked, const struct parked_group *row)
{
    for (size_t i = 0; i < parked->length; i++) {
        if (same_names(&parked->groups[i], row)) {
            parked->groups[i].count += row->count;
            return;
        }
    }
    if (parked->length < PARKED_GROUPS)
        parked->groups[parked->length++] = *row;
    else
        parked->omitted += row->count;
}

static bool is_before(const struct parked_group *a, const struct parked_group *b)
{
    return a->count != b->count ? a->count > b->count : a->reason < b->reason;
}

static void sort_tasks(struct parked *parked)
{
    for (size_t i = 1; i < parked->length; i++) {
        struct parked_group row = parked->groups[i];
        size_t place = i;
        for (; place > 0 && is_before(&row, &parked->groups[place - 1]); place--)
            parked->groups[place] = parked->groups[place - 1];
        parked->groups[place] = row;
    }
}

/* Whom time keeps awake was not known yet when load was over. */
static uint64_t count_in(const struct task_places *less, const struct task_place *place)
{
    uint64_t count = 0;
    for (size_t i = 0; less && i < less->length; i++) {
        struct task_place other = less->places[i];
        other.awake = place->awake;
        if (same_place(&other, place))
            count += less->places[i].count;
    }
    return count;
}

void places_name_tasks(const struct task_places *places, const struct task_places *less,
                       struct parked *parked)
{
    parked->length = 0;
    parked->omitted = places->omitted;
    for (size_t i = 0; i < places->length; i++) {
        uint64_t there = count_in(less, &places->places[i]);
        if (places->places[i].count <= there)
            continue;
        struct parked_group row = name_task(&places->places[i]);
        row.count = places->places[i].count - there;
        add_task(parked, &row);
    }
    sort_tasks(parked);
}

/* --- Objects -------------------------------------------------------------------------------------- */

static bool gather_fresh(const struct made_info *made, void *arg)
{
    struct object_places *places = arg;
    if (made->fresh)
        places->places[places->length++] = (struct object_place){made->kind, made->at, made->fresh};
    return places->length < PLACES_MOST;
}

void places_of_objects(struct object_places *places)
{
    places->length = 0;
    made_each(gather_fresh, places);
}

static struct object_group name_object(const struct object_place *place)
{
    static const enum kind kinds[] = {
        [MADE_TIMER] = KIND_TIMERS, [MADE_CONTEXT] = KIND_CONTEXTS, [MADE_CHANNEL] = KIND_CHANNELS};
    struct shown_frame leaf;
    struct object_group row = {.kind = kinds[place->kind]};
    if (place->at && shown_frames(&place->at, 1, &leaf, 1) && leaf.symbol->file) {
        copy(row.file, sizeof row.file, leaf.symbol->file);
        copy(row.function, sizeof row.function, leaf.symbol->function);
        row.line = (uint32_t)leaf.symbol->line;
    }
    return row;
}

static uint64_t objects_in(const struct object_places *less, const struct object_place *place)
{
    for (size_t i = 0; less && i < less->length; i++)
        if (less->places[i].kind == place->kind && less->places[i].at == place->at)
            return less->places[i].count;
    return 0;
}

void places_name_objects(const struct object_places *places, const struct object_places *less,
                         struct objects *objects)
{
    memset(objects, 0, sizeof *objects);
    for (size_t i = 0; i < places->length; i++) {
        uint64_t there = objects_in(less, &places->places[i]);
        if (places->places[i].count <= there)
            continue;
        struct object_group row = name_object(&places->places[i]);
        row.count = places->places[i].count - there;
        objects_add(objects, &row);
    }
}
