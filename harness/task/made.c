#include "task/made.h"

enum { PROBES = 16 };

struct made_count task_made = {.late_since = UINT16_MAX};

static uint32_t use(uint32_t i, uintptr_t key)
{
    task_made.lines[i].key = key;
    task_made.uses[task_made.used++] = (uint16_t)i;
    return i;
}

uint32_t task_made_find(uintptr_t key)
{
    uint32_t i = made_hash(key), kind = key & 3;
    for (int probe = 0; probe < PROBES; probe++, i = (i + 1) % MADE_LINES) {
        if (task_made.lines[i].key == key)
            return i;
        if (i > MADE_KINDS && !task_made.lines[i].key)
            return use(i, key);
    }
    return task_made.lines[kind].key ? kind : use(kind, kind);
}

void made_begin_fresh(void)
{
    task_made.fresh_since = ++task_made.epoch;
    task_made.late_since = UINT16_MAX;
    for (size_t n = 0; n < task_made.used; n++) {
        struct made_line *line = &task_made.lines[task_made.uses[n]];
        line->fresh = line->late = 0;
    }
}

void made_begin_late(void)
{
    task_made.late_since = ++task_made.epoch;
    for (size_t n = 0; n < task_made.used; n++)
        task_made.lines[task_made.uses[n]].late = 0;
}

void made_each(bool (*visit)(const struct made_info *made, void *arg), void *arg)
{
    for (size_t n = 0; n < task_made.used; n++) {
        const struct made_line *line = &task_made.lines[task_made.uses[n]];
        struct made_info info = {
            .kind = (enum made_kind)(line->key & 3),
            .at = (const void *)(line->key >> 2),
            .alive = line->alive,
            .fresh = line->fresh,
            .late = line->late,
        };
        if (line->alive && !visit(&info, arg))
            return;
    }
}

struct made_info made_of(enum made_kind kind)
{
    struct made_info sum = {.kind = kind};
    for (size_t n = 0; n < task_made.used; n++) {
        const struct made_line *line = &task_made.lines[task_made.uses[n]];
        if ((line->key & 3) != kind)
            continue;
        sum.alive += line->alive;
        sum.fresh += line->fresh;
        sum.late += line->late;
    }
    return sum;
}
