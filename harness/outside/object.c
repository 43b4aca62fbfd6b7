#include "outside/object.h"
#include <string.h>

/* A record, up to the last of its fields. */
struct record {
    struct memory *memory;
    const struct task_layout *layout;
    char bytes[LAYOUT_RECORD];
};

static bool read_record(struct record *r, uint64_t at, enum layout_field first,
                        enum layout_field last)
{
    return at && memory_read(r->memory, at, r->bytes, layout_end(r->layout, first, last));
}

static uint64_t get(const struct record *r, enum layout_field field)
{
    return layout_number(r->layout, field, r->bytes);
}

/* --- Each kind ---------------------------------------------------------------------------------------- */

static void read_channel(struct record *r, struct seen_object *o)
{
    if (!read_record(r, o->at, LAYOUT_CHAN_KIND, LAYOUT_CHAN_RECEIVED_AT))
        return;
    uint64_t owner = get(r, LAYOUT_CHAN_KIND) - r->layout->chan_kind;
    o->is_read = owner <= CHAN_OF_CONTEXT; /* else it is no channel, or no more */
    o->owner = (enum chan_owner)(o->is_read ? owner : CHAN_OF_PROGRAM);
    o->references = get(r, LAYOUT_CHAN_REFERENCES);
    o->is_closed = get(r, LAYOUT_CHAN_OPEN_SIZE) == UINT64_MAX;
    o->length = get(r, LAYOUT_CHAN_LENGTH);
    o->capacity = get(r, LAYOUT_CHAN_CAPACITY);
    o->made_at = get(r, LAYOUT_CHAN_MADE_AT);
    o->last_at = get(r, LAYOUT_CHAN_SENT_AT);
    o->before_at = get(r, LAYOUT_CHAN_RECEIVED_AT);
}

/* at: of the owner, in the record. */
static void add_owner(const struct record *r, struct seen_object *o, size_t at)
{
    const char *owner = r->bytes + at;
    if (at + r->layout->owner_size > sizeof r->bytes || o->owner_count == OWNERS_MOST)
        return;
    struct seen_owner seen = {layout_number(r->layout, LAYOUT_OWNER_ID, owner),
                              layout_number(r->layout, LAYOUT_OWNER_TASK, owner),
                              layout_number(r->layout, LAYOUT_OWNER_AT, owner)};
    if (seen.id)
        o->owners[o->owner_count++] = seen;
}

static void read_mutex(struct record *r, struct seen_object *o)
{
    if ((o->is_read = read_record(r, o->at, LAYOUT_MUTEX_OWNER, LAYOUT_MUTEX_OWNER)))
        add_owner(r, o, r->layout->field[LAYOUT_MUTEX_OWNER].at);
}

static void read_rw_mutex(struct record *r, struct seen_object *o)
{
    if (!(o->is_read = read_record(r, o->at, LAYOUT_RW_READERS, LAYOUT_RW_KNOWN)))
        return;
    size_t most = r->layout->field[LAYOUT_RW_KNOWN].size / r->layout->owner_size;
    uint64_t known = get(r, LAYOUT_RW_KNOWN_COUNT);
    o->readers = get(r, LAYOUT_RW_READERS);
    add_owner(r, o, r->layout->field[LAYOUT_RW_WRITER].at);
    for (size_t i = 0; i < known && i < most; i++)
        add_owner(r, o, r->layout->field[LAYOUT_RW_KNOWN].at + i * r->layout->owner_size);
}

static void read_condition(struct record *r, struct seen_object *o)
{
    o->is_read = read_record(r, o->at, LAYOUT_COND_SIGNALS, LAYOUT_COND_SIGNALLED_AT);
    if (!o->is_read)
        return;
    o->signals = get(r, LAYOUT_COND_SIGNALS);
    o->unheard = get(r, LAYOUT_COND_UNHEARD);
    o->last_at = get(r, LAYOUT_COND_SIGNALLED_AT);
}

static void read_group(struct record *r, struct seen_object *o)
{
    if (!(o->is_read = read_record(r, o->at, LAYOUT_GROUP_COUNT, LAYOUT_GROUP_DONE_AT)))
        return;
    o->count = (int64_t)get(r, LAYOUT_GROUP_COUNT);
    o->adds = get(r, LAYOUT_GROUP_ADDS);
    o->before_at = get(r, LAYOUT_GROUP_ADDED_AT);
    o->last_at = get(r, LAYOUT_GROUP_DONE_AT);
}

static void read_semaphore(struct record *r, struct seen_object *o)
{
    if (!(o->is_read = read_record(r, o->at, LAYOUT_SEMAPHORE_SIZE, LAYOUT_SEMAPHORE_HELD)))
        return;
    o->size = (int64_t)get(r, LAYOUT_SEMAPHORE_SIZE);
    o->count = (int64_t)get(r, LAYOUT_SEMAPHORE_HELD);
}

static void read_connection(struct record *r, struct seen_object *o)
{
    if ((o->is_read = read_record(r, o->at, LAYOUT_IO_FD, LAYOUT_IO_FD)))
        o->fd = (int)(int32_t)get(r, LAYOUT_IO_FD);
}

struct seen_object object_at(struct memory *memory, const struct task_layout *layout,
                             enum object_kind kind, uint64_t at, bool sends)
{
    static void (*const readers[])(struct record *, struct seen_object *) = {
        [OBJECT_CHANNEL] = read_channel,       [OBJECT_WAIT_GROUP] = read_group,
        [OBJECT_MUTEX] = read_mutex,           [OBJECT_RW_MUTEX] = read_rw_mutex,
        [OBJECT_COND] = read_condition,        [OBJECT_SEMAPHORE] = read_semaphore,
        [OBJECT_CONNECTION] = read_connection, [OBJECT_VARIOUS] = NULL,
    };
    struct seen_object o = {.at = at, .kind = kind, .sends = sends};
    struct record r = {.memory = memory, .layout = layout};
    if (readers[kind])
        readers[kind](&r, &o);
    return o;
}

/* --- Of a task ----------------------------------------------------------------------------------------- */

static size_t select_cases(struct memory *memory, const struct task_layout *layout,
                           const struct seen_task *task, struct seen_case cases[CASES_MOST])
{
    size_t n = 0;
    char one[LAYOUT_RECORD];
    for (uint32_t i = 0; i < task->cases && i < CASES_MOST; i++) {
        if (!memory_read(memory, task->object + (uint64_t)i * layout->case_size, one,
                         layout->case_size))
            break;
        uint64_t channel = layout_number(layout, LAYOUT_CASE_CHAN, one);
        if (channel)
            cases[n++] =
                (struct seen_case){channel, layout_number(layout, LAYOUT_CASE_SENDS, one) != 0};
    }
    return n;
}

size_t object_cases(struct memory *memory, const struct task_layout *layout,
                    const struct seen_task *task, struct seen_case cases[CASES_MOST])
{
    if (task->state != TASK_PARKED || !task->object ||
        object_kind_of((enum wait_reason)task->reason) == OBJECT_NONE)
        return 0;
    if (task->reason == WAIT_SELECT)
        return select_cases(memory, layout, task, cases);
    cases[0] = (struct seen_case){task->object, task->reason == WAIT_CHAN_SEND};
    return 1;
}

bool object_due(struct memory *memory, const struct task_layout *layout,
                const struct seen_task *task, int64_t *due)
{
    struct record r = {.memory = memory, .layout = layout};
    if (task->state != TASK_PARKED || task->reason != WAIT_SLEEP ||
        !read_record(&r, task->object, LAYOUT_DEADLINE_WHEN, LAYOUT_DEADLINE_WHEN))
        return false;
    *due = (int64_t)get(&r, LAYOUT_DEADLINE_WHEN);
    return true;
}
