/* What is known of somebody's tasks. */
#pragma once

#include "task/inspect.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOOK_NONE UINT32_MAX

enum { LOOK_DEPTH = 64, LOOK_TEXT = 128 };

/* Where tasks were made: texts of the program, cut at LOOK_TEXT. */
struct seen_site {
    uint64_t at; /* of the site itself; 0: it could not be read */
    char file[LOOK_TEXT], function[LOOK_TEXT], entry[LOOK_TEXT];
    int line;
};

/* Keys and values, newest first, each with its end, one behind the other. */
struct seen_labels {
    uint64_t at, hash;
    size_t count, size;
    char text[];
};

struct seen_group {
    uint32_t count;
    uint8_t state, reason;
    bool is_broken; /* the frames end before the task's first function */
    uint16_t depth;
    uint64_t *frames; /* return addresses, leaf first; of a task that has not run yet: none */
    uint64_t entry;   /* what they were made to run */
    const struct seen_site *site;
    const struct seen_labels *labels; /* NULL: none */
    int64_t since_min, since_max;
};

struct seen_task {
    uint64_t at; /* of its record */
    uint64_t id, parent, object, parked_at, ready_next, parks;
    int64_t since;
    uint32_t cases; /* of a select */
    uint32_t group;
    uint8_t state, reason;
    bool has_changed; /* while it was looked at */
};
