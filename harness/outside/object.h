/* What a task waits on, read from outside. */
#pragma once

#include "outside/look.h"
#include "profile/object.h"

enum { OWNERS_MOST = 5, CASES_MOST = 16 };

struct seen_owner {
    uint64_t id, task, at; /* task: address of its record; at: the return address of its call */
};

/* Of a kind that is not this one's, fields are zero. Return addresses are 0 where nobody has called. */
struct seen_object {
    uint64_t at;
    enum object_kind kind;
    bool is_read; /* else nothing but the two above is known */
    bool sends, is_closed;
    enum chan_owner owner; /* of a channel */
    uint64_t length, capacity, references;
    uint64_t made_at;
    int64_t count, size;         /* of a wait group: not done; of a semaphore: taken, of how many */
    uint64_t adds;               /* to a wait group so far */
    uint64_t signals, unheard;   /* of a condition so far; those that nobody waited for */
    uint64_t last_at, before_at; /* the last send and receive; done and add; signal */
    uint64_t readers;            /* of a lock */
    size_t owner_count;          /* of those that are known */
    struct seen_owner owners[OWNERS_MOST];
    int fd; /* of a connection */
};

/* Reads the object at this address. */
struct seen_object object_at(struct memory *memory, const struct task_layout *layout,
                             enum object_kind kind, uint64_t at, bool sends);

struct seen_case {
    uint64_t at; /* of the object */
    bool sends;
};

/* What a parked task waits on: one object, or the channels of a select, up to CASES_MOST. Those that are not there
 * are left out. Returns how many. */
size_t object_cases(struct memory *memory, const struct task_layout *layout,
                    const struct seen_task *task, struct seen_case cases[CASES_MOST]);

/* When a sleep ends; false where that can not be read. */
bool object_due(struct memory *memory, const struct task_layout *layout,
                const struct seen_task *task, int64_t *due);
