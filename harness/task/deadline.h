/* Deadlines in the order of time: what the clock fires. Private to task/. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct deadline_entry;

/* Embedded in what waits for a time. Zero-initialized it is not armed. */
struct deadline {
    int64_t when;
    uint64_t sequence;
    struct deadline_entry *place; /* NULL while not armed */
    uint32_t turns;               /* task/step.h */
    void (*fire)(struct deadline *d);
};

/* Arms d for d->when, after which d->fire(d) runs once, disarmed, on the scheduler's stack. Equal times
 * fire in the order they were armed. */
void task_deadline_arm(struct deadline *d);

/* True where d was armed. */
bool task_deadline_disarm(struct deadline *d);

/* Calls visit for every armed deadline, in no order, until it returns false. */
void task_deadline_each(bool (*visit)(struct deadline *d, void *arg), void *arg);

/* Calls visit for each block of the heap that deadlines are kept in: what lies in one may be out of date. */
void task_deadline_memory(void (*visit)(const void *block));

/* Fires what is due at `now`, which never goes back, but for what is armed meanwhile: that waits for the
 * next call. True where there may be more: after some hundred deadlines others have their turn. */
bool task_deadline_fire(int64_t now);

/* When the next one is due, and at the latest when task_deadline_fire() has to be called again: that may
 * be before it where many lie close together. Some must be armed. */
int64_t task_deadline_next(void);

/* --- One by one (task/step.h) -------------------------------------------------------------------- */

/* The next one due, but for those set aside; NULL where there is none. It stays armed. */
struct deadline *task_deadline_first(void);

/* The turns of what is armed from now on. */
extern uint32_t task_deadline_turns;

/* The first one is not due before task_deadline_begin(), which returns how many are armed; all their turns are 0. */
void task_deadline_set_aside(struct deadline *d);
size_t task_deadline_begin(void);
