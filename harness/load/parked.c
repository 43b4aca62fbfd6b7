#include "load/parked.h"
#include "profile/collect.h"
#include "profile/shown.h"
#include <stdio.h>
#include <string.h>

struct wanted {
    uint64_t after, caller;
    int64_t awake_since;
    bool kept_awake;
};

static bool is_wanted(const struct task_info *task, void *arg)
{
    const struct wanted *wanted = arg;
    return task->id > wanted->after && task->id != wanted->caller &&
           (task->since > wanted->awake_since) == wanted->kept_awake;
}

/* The first line of a stack that is not the runtime's. */
static const struct symbol *place_of(const struct profile_group *group)
{
    struct shown_frame leaf;
    size_t n = shown_frames(group->frames, group->depth, &leaf, 1);
    return n && leaf.symbol->file ? leaf.symbol : NULL;
}

static void copy(char *to, size_t size, const char *from)
{
    snprintf(to, size, "%s", from ? from : "");
}

static struct parked_group describe(const struct profile_group *group, bool kept_awake)
{
    struct parked_group row = {
        .count = group->count,
        .reason = group->reason,
        .kept_awake = kept_awake,
        .made_line = (uint32_t)group->site->line,
    };
    copy(row.made_file, sizeof row.made_file, group->site->file);
    copy(row.made_function, sizeof row.made_function, group->site->function);
    const struct symbol *place = place_of(group);
    if (place) {
        copy(row.file, sizeof row.file, place->file);
        copy(row.function, sizeof row.function, place->function);
        row.line = (uint32_t)place->line;
    }
    return row;
}

static bool same_place(const struct parked_group *a, const struct parked_group *b)
{
    return a->reason == b->reason && a->kept_awake == b->kept_awake && a->line == b->line &&
           a->made_line == b->made_line && strcmp(a->file, b->file) == 0 &&
           strcmp(a->function, b->function) == 0 && strcmp(a->made_file, b->made_file) == 0;
}

static void add(struct parked *parked, const struct parked_group *row)
{
    for (size_t i = 0; i < parked->length; i++) {
        if (same_place(&parked->groups[i], row)) {
            parked->groups[i].count += row->count;
            return;
        }
    }
    if (parked->length < PARKED_GROUPS)
        parked->groups[parked->length++] = *row;
    else
        parked->omitted += row->count;
}

static void collect(struct parked *parked, const struct wanted *wanted)
{
    struct profile *profile = profile_collect(is_wanted, (void *)wanted);
    if (!profile)
        return; /* the counts are taken; only their places stay unknown */
    for (size_t i = 0; i < profile->length; i++) {
        struct parked_group row = describe(&profile->groups[i], wanted->kept_awake);
        add(parked, &row);
    }
    profile_free(profile);
}

static void sort_by_count(struct parked *parked)
{
    for (size_t i = 1; i < parked->length; i++) {
        struct parked_group row = parked->groups[i];
        size_t place = i;
        for (; place > 0 && parked->groups[place - 1].count < row.count; place--)
            parked->groups[place] = parked->groups[place - 1];
        parked->groups[place] = row;
    }
}

void parked_collect(struct parked *parked, uint64_t after, int64_t awake_since)
{
    struct wanted wanted = {after, task_id(), awake_since, false};
    parked->length = parked->omitted = 0;
    collect(parked, &wanted);
    wanted.kept_awake = true;
    collect(parked, &wanted);
    sort_by_count(parked);
}
