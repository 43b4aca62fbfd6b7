/* Which of a stack's frames are the program's own. */
#pragma once

#include "dumps/dump.h"

enum frame_kind {
    FRAME_STANDARD, /* the language's runtime or its standard library */
    FRAME_VENDORED, /* a library from elsewhere */
    FRAME_OWN,
};

/* What the user calls their own: parts of functions' names or files' paths, or patterns as of a shell. None: it is
 * judged by name and path. */
struct own {
    const char **patterns;
    size_t count;
};

enum frame_kind own_kind(const struct own *own, const struct dump *dump,
                         const struct dump_frame *frame);

/* Of a group the frame that it is named by: the first of the program's own, else the first of a library's, else the
 * last one. Its place among the group's frames; 0 of a group without any. */
uint32_t own_frame(const struct own *own, const struct dump *dump, const struct dump_group *group);
