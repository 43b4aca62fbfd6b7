/* How the runtime's records lie in memory, as data in the program itself. By it a reader in another process,
 * built at another time and with other flags, finds the tasks there, or says that it can not read them.
 *
 * The table is a section of its own, which `strip` leaves in place; pointers in it are right in memory alone.
 * The version goes up with every change of what a field means, of a state's or a wait reason's number, and of
 * this table. That a field moves, or has another size, is what the table tells: it changes nothing else.
 */
#pragma once

#include <stdint.h>

#define TASK_LAYOUT_SECTION "leaklab_task_layout"
#define TASK_LAYOUT_MAGIC   "leaklab/tasks"

enum { TASK_LAYOUT_VERSION = 2, TASK_LAYOUT_PLACES = 64 };

/* Name, record, member. The records' types are the runtime's own (layout.c). */
#define FOR_EACH_LAYOUT_FIELD(X)                                                                   \
    X(SCHED_CURRENT, struct scheduler, current)                                                    \
    X(SCHED_READY_FIRST, struct scheduler, ready_first)                                            \
    X(SCHED_NOW, struct scheduler, now)                                                            \
    X(SCHED_LAST_ID, struct scheduler, last_id)                                                    \
    X(STACKS_OLDEST, struct stack_pool, oldest)                                                    \
    X(SLAB_DIRTY, struct slab, dirty)                                                              \
    X(SLAB_CLEAN, struct slab, clean)                                                              \
    X(SLAB_BASE, struct slab, base)                                                                \
    X(SLAB_STRIDE, struct slab, stride)                                                            \
    X(SLAB_GUARD, struct slab, guard)                                                              \
    X(SLAB_OLDER, struct slab, older)                                                              \
    X(SLAB_NEWER, struct slab, newer)                                                              \
    X(TASK_CASE_COUNT, struct task, case_count)                                                    \
    X(TASK_STATE, struct task, state)                                                              \
    X(TASK_REASON, struct task, reason)                                                            \
    X(TASK_PLACE, struct task, place)                                                              \
    X(TASK_SLAB, struct task, slab)                                                                \
    X(TASK_LABELS, struct task, labels)                                                            \
    X(TASK_PARKED_AT, struct task, parked_at)                                                      \
    X(TASK_READY_NEXT, struct task, own_case.next)                                                 \
    X(TASK_OBJECT, struct task, object)                                                            \
    X(TASK_PARKS, struct task, parks)                                                              \
    X(TASK_SINCE, struct task, since)                                                              \
    X(TASK_ENTRY, struct task, entry)                                                              \
    X(TASK_SITE, struct task, site)                                                                \
    X(TASK_ID, struct task, id)                                                                    \
    X(TASK_PARENT, struct task, parent)                                                            \
    X(TASK_OWN_CASE, struct task, own_case)                                                        \
    X(SITE_FILE, struct task_site, file)                                                           \
    X(SITE_LINE, struct task_site, line)                                                           \
    X(SITE_FUNCTION, struct task_site, function)                                                   \
    X(SITE_ENTRY, struct task_site, entry)                                                         \
    X(LABEL_NEXT, struct task_labels, next)                                                        \
    X(LABEL_KEY, struct task_labels, key)                                                          \
    X(LABEL_VALUE, struct task_labels, value)                                                      \
    X(CHAN_KIND, struct chan, counted.kind)                                                        \
    X(CHAN_REFERENCES, struct chan, counted.references)                                            \
    X(CHAN_OPEN_SIZE, struct chan, open_size)                                                      \
    X(CHAN_LENGTH, struct chan, length)                                                            \
    X(CHAN_CAPACITY, struct chan, capacity)                                                        \
    X(CHAN_RECEIVERS, struct chan, receivers.length)                                               \
    X(CHAN_SENDERS, struct chan, senders.length)                                                   \
    X(CHAN_MADE_AT, struct chan, made_at)                                                          \
    X(CHAN_SENT_AT, struct chan, sent_at)                                                          \
    X(CHAN_RECEIVED_AT, struct chan, received_at)                                                  \
    X(CASE_CHAN, struct chan_case, chan)                                                           \
    X(CASE_SENDS, struct chan_case, sends)                                                         \
    X(MUTEX_OWNER, struct mutex, owner)                                                            \
    X(RW_READERS, struct rw_mutex, readers)                                                        \
    X(RW_KNOWN_COUNT, struct rw_mutex, readers_known)                                              \
    X(RW_WRITER, struct rw_mutex, writer)                                                          \
    X(RW_KNOWN, struct rw_mutex, known)                                                            \
    X(OWNER_ID, struct lock_owner, id)                                                             \
    X(OWNER_TASK, struct lock_owner, task)                                                         \
    X(OWNER_AT, struct lock_owner, at)                                                             \
    X(COND_SIGNALS, struct cond, signals)                                                          \
    X(COND_UNHEARD, struct cond, unheard)                                                          \
    X(COND_SIGNALLED_AT, struct cond, signalled_at)                                                \
    X(GROUP_COUNT, struct wait_group, count)                                                       \
    X(GROUP_ADDS, struct wait_group, adds)                                                         \
    X(GROUP_ADDED_AT, struct wait_group, added_at)                                                 \
    X(GROUP_DONE_AT, struct wait_group, done_at)                                                   \
    X(SEMAPHORE_SIZE, struct semaphore, size)                                                      \
    X(SEMAPHORE_HELD, struct semaphore, held)                                                      \
    X(IO_FD, struct io, fd)                                                                        \
    X(DEADLINE_WHEN, struct deadline, when)                                                        \
    X(STATS_HIBERNATED, struct task_stats, hibernated)                                             \
    X(SLEEPERS_ALL, struct hibernated_table, all)                                                  \
    X(SLEEPERS_LENGTH, struct hibernated_table, length)                                            \
    X(SLEEPERS_CHANGES, struct hibernated_table, changes)                                          \
    X(SLEEPERS_BASE, struct hibernated_entry, base)                                                \
    X(SLEEPERS_END, struct hibernated_entry, end)                                                  \
    X(SLEEPERS_OF, struct hibernated_entry, of)                                                    \
    X(SLEEPER_BITS, struct hibernated, all)                                                        \
    X(SLEEPER_LOOKED_AT, struct hibernated, looked_at)                                             \
    X(SLEEPER_COPIES, struct hibernated, copies)                                                   \
    X(COPY_FORM, struct copy, form)                                                                \
    X(COPY_WORDS, struct copy, words)                                                              \
    X(FORMS_ALL, struct forms, all)                                                                \
    X(FORMS_CHANGES, struct forms, changes)                                                        \
    X(FORM_RECORD, struct form, record)                                                            \
    X(FORM_START, struct form, start)                                                              \
    X(FORM_SIZE, struct form, size)                                                                \
    X(FORM_WORDS, struct form, words)

enum layout_field {
#define X(name, record, member) LAYOUT_##name,
    FOR_EACH_LAYOUT_FIELD(X)
#undef X
        LAYOUT_FIELDS
};

struct task_layout {
    char magic[16];
    uint32_t version;
    uint32_t size;                 /* of this table */
    uint16_t word;                 /* bytes of a pointer */
    uint16_t fields, reasons;      /* how many there are */
    uint16_t task_size, case_size; /* of a task's record, and of a case of a select */
    uint16_t owner_size;           /* of one of the readers that are known of a lock */
    uint32_t chan_kind;            /* of the program's own channels; then a timer's, a context's */
    /* From where the next stack's place begins down to what lies at the top of this one: to the slab's
     * record, on the first stack; and to the task's. */
    uint16_t slab_below, record_below[TASK_LAYOUT_PLACES];
    struct {
        uint16_t at, size;
    } field[LAYOUT_FIELDS];
    /* Of those who hibernate: an entry of the table, what is before a copy's steps (hibernate_step.h), a form, and
     * its words in it. */
    uint16_t entry_size, copy_size, form_size, form_values;
    const void *scheduler, *stacks, *stats;
    const void *hibernated, *forms;
    const void *code;             /* what code's addresses are counted from in copies */
    const void *clock_is_virtual; /* bool */
    const void *clock_offset;     /* int64_t: the task's time less the system's monotonic one */
};

extern const struct task_layout task_layout;
