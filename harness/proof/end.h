/* Ending what a proof has found. */
#pragma once

#include "proof/look.h"
#include <stdbool.h>
#include <stddef.h>

/* Whom a proof makes end: all that is leaked; and of those that wait for a channel and that time alone wakes, whom
 * also() chooses (NULL: none). */
struct proof_ending {
    bool (*also)(const struct task_info *task, void *arg);
    task_leak_told *tell; /* each of them, before; NULL: nobody */
    void *arg;
};

/* Has them end, as task_end_leaked() says, in the turn of the look: *ended of them. False where memory is short; then
 * nothing is done. */
bool proof_end(const struct proof *p, const struct proof_ending *ending, size_t *ended);
