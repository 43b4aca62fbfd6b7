#include "task/made.h"

enum { PROBES = 16 };

struct made_count task_made;

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
    task_made.epoch = (task_made.epoch + 1) & INT16_MAX;
    task_made.last_old = task_sched.last_id;
    for (size_t n = 0; n < task_made.used; n++) {
        struct made_line *line = &task_made.lines[task_made.uses[n]];
        line->fresh = line->by_old = 0;
        line->before = line->alive;
    }
}

static struct made_info info_of(const struct made_line *line)
{
    uint64_t old_gone = line->before - (line->alive - line->fresh);
    uint64_t in_place = old_gone < line->by_old ? old_gone : line->by_old;
    return (struct made_info){
        .kind = (enum made_kind)(line->key & 3),
        .at = (const void *)(line->key >> 2),
        .alive = line->alive,
        .fresh = line->fresh - in_place,
    };
}

void made_each(bool (*visit)(const struct made_info *made, void *arg), void *arg)
{
    for (size_t n = 0; n < task_made.used; n++) {
        struct made_info info = info_of(&task_made.lines[task_made.uses[n]]);
        if (info.alive && !visit(&info, arg))
            return;
    }
}

struct made_info made_of(enum made_kind kind)
{
    struct made_info sum = {.kind = kind};
    for (size_t n = 0; n < task_made.used; n++) {
        struct made_info info = info_of(&task_made.lines[task_made.uses[n]]);
        if (info.kind != kind)
            continue;
        sum.alive += info.alive;
        sum.fresh += info.fresh;
    }
    return sum;
}
