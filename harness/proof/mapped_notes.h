/* What mapped.c has taken down. Private to proof/. */
#pragma once

#include "proof/range.h"
#include <stdbool.h>
#include <stddef.h>

enum { MAPPED_NOTES = 4096 };

struct mapped_note {
    struct range range;
    uintptr_t caller;
};

extern struct mapped_notes {
    struct mapped_note all[MAPPED_NOTES];
    size_t length;
    bool is_full, is_busy;
    struct range allocator; /* its code; low 0: not known */
    uintptr_t first_break;  /* of sbrk(), before anybody has moved it */
} mapped_notes;
