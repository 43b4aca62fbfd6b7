/* Frames as a reader sees them: inlined functions one by one, the runtime's own left out. */
#pragma once

#include "profile/collect.h"
#include "profile/symbol.h"
#include <stdio.h>

struct shown_frame {
    const void *pc; /* the return address */
    const struct symbol *symbol;
    uintptr_t offset; /* of pc into its function, 0 where unknown */
};

enum { SHOWN_ROOM = 4 * PROFILE_DEPTH };

/* Leaf first. The runtime's frames are left out unless nothing else is left; those beyond room
 * are not shown. Returns how many. */
size_t shown_frames(const void *const *frames, size_t depth, struct shown_frame *shown,
                    size_t room);

/* The function, or MODULE+0xOFFSET where it has no name. In line, or static. */
const char *shown_function(const struct symbol *s, char *line, size_t size);

/* Whole minutes that a task is parked for, 0 for one that is not. */
int64_t shown_minutes(enum task_state state, int64_t since, int64_t now);

/* `chan receive`, `runnable`, `running`. */
const char *shown_state(enum task_state state, enum wait_reason reason);

/* What a stack that was not read to its end is marked with; NULL for a whole one. */
const char *shown_end(enum frames_end end);

/* `FILE:LINE in FUNCTION`, or as much of it as is known. */
void shown_place(const struct symbol *s, FILE *out);

/* `10 minutes`, `1.5 s`, `20 ms`, rounded; and whether two of them would read the same. */
void shown_duration(int64_t time, FILE *out);
bool shown_same_duration(int64_t a, int64_t b);

/* The text in double quotes, as in Go's %q: on one line whatever it holds. What is longer than
 * limit bytes is cut, and its length said behind it. */
void shown_quote(const char *text, size_t limit, FILE *out);

/* The text with what is not UTF-8 replaced, to be freed; NULL where memory is short. */
char *shown_utf8(const char *text);

/* Digits in threes: `2,000`. Returns line. */
const char *shown_number(uint64_t n, char line[static 32]);
