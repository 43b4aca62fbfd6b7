#include "task/layout.h"
#include "task/chan_queue.h"
#include "task/clock.h"
#include "task/counted.h"
#include "task/hibernate_table.h"
#include "task/io_wait.h"
#include "task/mutex.h"
#include "task/sched.h"
#include "task/semaphore.h"
#include "task/wait_group.h"

#ifndef __has_attribute
#define __has_attribute(x) 0
#endif
#if __has_attribute(retain) /* where the linker throws away what nobody names */
#define KEPT __attribute__((section(TASK_LAYOUT_SECTION), used, retain))
#else
#define KEPT __attribute__((section(TASK_LAYOUT_SECTION), used))
#endif

_Static_assert((int)SLAB_STACKS == (int)TASK_LAYOUT_PLACES, "a place for each stack of a slab");

/* As stack_stagger() and sched_task_on() have it. A place begins at a page: what is rounded down is below it. */
#define STAGGER(place)    (((place) + 2) % 16 * 64)
#define BELOW(place)      ((STAGGER(place) + sizeof(struct task) + 63) & ~(size_t)63)
#define FOUR_BELOW(place) BELOW(place), BELOW((place) + 1), BELOW((place) + 2), BELOW((place) + 3)
#define SIXTEEN_BELOW(place)                                                                       \
    FOUR_BELOW(place), FOUR_BELOW((place) + 4), FOUR_BELOW((place) + 8), FOUR_BELOW((place) + 12)

KEPT const struct task_layout task_layout = {
    .magic = TASK_LAYOUT_MAGIC,
    .version = TASK_LAYOUT_VERSION,
    .size = sizeof(struct task_layout),
    .word = sizeof(void *),
    .fields = LAYOUT_FIELDS,
    .reasons = WAIT_REASONS,
    .task_size = sizeof(struct task),
    .case_size = sizeof(struct chan_case),
    .owner_size = sizeof(struct lock_owner),
    .chan_kind = COUNTED_CHAN,
    .entry_size = sizeof(struct hibernated_entry),
    .copy_size = sizeof(struct copy),
    .form_size = sizeof(struct form),
    .form_values = offsetof(struct form, values),
    .slab_below = STAGGER(0),
    .record_below = {SIXTEEN_BELOW(0), SIXTEEN_BELOW(16), SIXTEEN_BELOW(32), SIXTEEN_BELOW(48)},
    .field =
        {
#define X(name, record, member) {offsetof(record, member), sizeof(((record *)0)->member)},
            FOR_EACH_LAYOUT_FIELD(X)
#undef X
        },
    .scheduler = &task_sched,
    .stacks = &task_stacks,
    .stats = &task_stats,
    .hibernated = &task_hibernated,
    .forms = &task_forms,
    .code = (const void *)sched_start,
    .clock_is_virtual = &task_clock_is_virtual,
    .clock_offset = &task_clock_offset,
};
