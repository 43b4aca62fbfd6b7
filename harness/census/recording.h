/* What the parts of the census share. Private to census/. */
#pragma once

#include "census/entry.h"
#include <stdatomic.h>

extern struct recording {
    bool on, silent;
    atomic_flag locked;
    uint32_t next; /* mark */
} recording;

/* Never held while anything of the program's runs. */
static inline void census_lock(void)
{
    while (atomic_flag_test_and_set_explicit(&recording.locked, memory_order_acquire))
        continue;
}

static inline void census_unlock(void)
{
    atomic_flag_clear_explicit(&recording.locked, memory_order_release);
}
