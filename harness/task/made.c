#include "task/made.h"

struct made_count task_made = {
    .used = MADE_KINDS + 1,
    .lines = {[MADE_TIMER] = {.key = MADE_TIMER},
              [MADE_CHANNEL] = {.key = MADE_CHANNEL},
              [MADE_CONTEXT] = {.key = MADE_CONTEXT}},
};

static uint32_t line_of(uintptr_t key)
{
    uint32_t place = MADE_KINDS + 1;
    while (place < task_made.used && task_made.lines[place].key != key)
        place++;
    if (place == MADE_LINES)
        return key & 3;
    if (place == task_made.used) {
        task_made.lines[place].key = key;
        task_made.used++;
    }
    return place;
}

/* The second line of a hash has the slot beside it. */
uint32_t task_made_find(uintptr_t key)
{
    uint16_t *slot = &task_made.place_of[made_hash(key)];
    uint16_t *beside = &task_made.place_of[made_hash(key) ^ 1];
    if (task_made.lines[*beside].key == key)
        return *beside;
    uint32_t place = line_of(key);
    *(*slot ? beside : slot) = (uint16_t)place;
    return place;
}

static uint32_t alive(const struct made_line *line)
{
    uint32_t sum = 0;
    for (int class = 0; class < MADE_CLASSES; class ++)
        sum += line->classes[class];
    return sum;
}

void made_begin_fresh(void)
{
    task_made.class = (task_made.class + 2) % MADE_CLASSES;
    task_made.last_old = task_sched.last_id;
    for (uint32_t place = 0; place < task_made.used; place++)
        task_made.lines[place].before = alive(&task_made.lines[place]);
}

static struct made_info info_of(const struct made_line *line)
{
    uint32_t by_new = line->classes[task_made.class], by_old = line->classes[task_made.class + 1];
    uint32_t all = alive(line), old_gone = line->before - (all - by_new - by_old);
    return (struct made_info){
        .kind = (enum made_kind)(line->key & 3),
        .at = (const void *)(line->key >> 2),
        .alive = all,
        .fresh = by_new + (by_old > old_gone ? by_old - old_gone : 0),
    };
}

void made_each(bool (*visit)(const struct made_info *made, void *arg), void *arg)
{
    for (uint32_t place = MADE_TIMER; place < task_made.used; place++) {
        struct made_info info = info_of(&task_made.lines[place]);
        if (info.alive && !visit(&info, arg))
            return;
    }
}

struct made_info made_of(enum made_kind kind)
{
    struct made_info sum = {.kind = kind};
    for (uint32_t place = MADE_TIMER; place < task_made.used; place++) {
        struct made_info info = info_of(&task_made.lines[place]);
        if (info.kind != kind)
            continue;
        sum.alive += info.alive;
        sum.fresh += info.fresh;
    }
    return sum;
}
