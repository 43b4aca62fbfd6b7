/* Where tasks wait and things were made, gathered without allocating; named later, when it may cost. */
#pragma once

#include "probe/gauges.h"
#include "task/inspect.h"

/* Tasks that wait at one place for one reason, and were made at one place. */
enum { PLACES_MOST = 48, PLACE_FRAMES = 6 };

struct task_place {
    const struct task_site *site;
    uint32_t reason, awake;
    const void *frames[PLACE_FRAMES];
    uint64_t count;
};

struct task_places {
    size_t length;
    uint64_t omitted;
    struct task_place places[PLACES_MOST];
};

/* Of all tasks younger than `after`, but for the caller. Who has parked after spinning_from is kept awake. */
void places_of_tasks(struct task_places *places, uint64_t after, int64_t spinning_from);

/* Counts this one too. */
void places_add_task(struct task_places *places, const struct task_info *task, enum awake awake);

/* How many of `places` are like it: made at one place, and wait at one for one reason, whatever keeps them awake. */
uint64_t places_like(const struct task_places *places, const struct task_info *task,
                     enum awake awake);

/* Fills *parked, most tasks first. Of `less` as many are left out as wait at the same place; or NULL. */
void places_name_tasks(const struct task_places *places, const struct task_places *less,
                       struct parked *parked);

/* What is fresh, by the line that made it. */
struct object_place {
    enum made_kind kind;
    const void *at;
    uint64_t count;
};

struct object_places {
    size_t length;
    struct object_place places[PLACES_MOST];
};

void places_of_objects(struct object_places *places);
void places_name_objects(const struct object_places *places, const struct object_places *less,
                         struct objects *objects);
