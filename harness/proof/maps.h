/* What is mapped: /proc/self/maps, by no more than system calls, while other threads stand still. */
#pragma once

#include "proof/range.h"
#include <stdbool.h>

struct mapping {
    struct range range;
    bool is_readable, is_writable, is_shared;
    char name[24]; /* its beginning: a path, `[stack]`, "" */
};

/* Calls visit for each, by address. file: /proc/self/maps, open. False where it can not be read. */
bool maps_each(int file, void (*visit)(const struct mapping *m));
