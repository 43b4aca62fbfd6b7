/* What a look has found out. Private to proof/. */
#pragma once

#include "proof/proof.h"
#include "proof/shelves.h"

struct proof {
    struct task_leaks counts;
    struct shelves shelves;
};

/* Of one that was just taken, or could not be. */
void proof_report(const struct proof *p, struct task_leaks *report);
