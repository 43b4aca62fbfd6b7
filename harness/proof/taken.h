/* What a look has found out. Private to proof/. */
#pragma once

#include "proof/proof.h"
#include "proof/shelves.h"

struct proof {
    struct task_leaks counts;
    struct shelves shelves;
};
