/* What the parts of the census share. Private to census/. */
#pragma once

#include "census/entry.h"
#include <stdatomic.h>

/* The lock has an owner, nearly always the thread that runs the loop. The owner enters by a store and no more: an atomic
 * exchange at each call would cost more than all the rest of the census. Others take a lock of their own, ask, and wait
 * until the owner is out: membarrier() makes sure that it sees them, or they it. */
enum { CENSUS_OWNERS = 8 };

#pragma GCC visibility push(hidden) /* found without a table */
extern struct recording {
    bool on, silent;
    uint32_t next; /* mark */
    atomic_bool asked;
    atomic_uint owner; /* its number; 0: there is none */
    atomic_bool inside[CENSUS_OWNERS + 1];
} recording;

/* This thread's number as an owner; 0: it never was one. */
extern _Thread_local unsigned census_me;
#pragma GCC visibility pop

/* For the owner to come. Once. */
void census_lock_begin(void);

void census_lock_as_other(bool makes);
void census_unlock_as_other(void);

/* Never held while anything of the program's runs. Not within itself. */
static inline void census_lock(void)
{
    unsigned me = census_me;
    if (me && atomic_load_explicit(&recording.owner, memory_order_relaxed) == me) {
        atomic_store_explicit(&recording.inside[me], true, memory_order_relaxed);
        atomic_signal_fence(memory_order_seq_cst); /* the processor's part is membarrier()'s */
        if (!atomic_load_explicit(&recording.asked, memory_order_acquire) &&
            atomic_load_explicit(&recording.owner, memory_order_relaxed) == me)
            return;
        atomic_store_explicit(&recording.inside[me], false, memory_order_release);
    }
    census_lock_as_other(true);
}

/* The same for who only looks, and will not become the owner by it. */
static inline void census_lock_to_look(void)
{
    census_lock_as_other(false);
}

static inline void census_unlock(void)
{
    unsigned me = census_me;
    if (atomic_load_explicit(&recording.inside[me], memory_order_relaxed))
        atomic_store_explicit(&recording.inside[me], false, memory_order_release);
    else
        census_unlock_as_other();
}
