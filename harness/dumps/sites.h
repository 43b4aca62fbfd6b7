/* A dump by place: all groups that wait at one line of the program's own, as one. */
#pragma once

#include "dumps/own.h"

struct site {
    struct dump_frame
        frame; /* that line; nothing in it: of tasks without frames, by what they wait for */
    enum frame_kind kind; /* of that frame */
    size_t group;         /* the largest of its groups: an example */
    size_t groups;
    uint64_t count;
    int64_t minutes_least, minutes_most; /* -1: not said */
    unsigned flags;                      /* of any of its groups */
};

/* The largest first. To be freed; NULL: no memory. */
struct site *sites_of(const struct dump *dump, const struct own *own, size_t *length);
