/* README's table of rooms, read. */
#pragma once

#include "test/tree.h"

enum { ROOM_NAME = 64, ROOM_WORDS = 256 };

/* Rooms stand in the order of the table: each may include some of those above it, and itself. */
struct room {
    char
        name[ROOM_NAME]; /* task; of a single file its name: main.c; catalog for all of catalog.* */
    char may[ROOM_WORDS];  /* " task profile " */
    char used[ROOM_WORDS]; /* of these, what some file does include; "" at first */
    bool all;              /* it may include all above */
    int row, line;
};

/* Reads the table anew. What is wrong with it is a finding. Returns how many rooms there are; they live
 * until it is read again. */
size_t rooms_read(struct room **rooms);

/* NULL where the table has no such room. */
struct room *room_named(const char *name);

/* The room of a path, or of what an include line names: harness/task/chan.c, task/chan.h, catalog.def. */
struct room *room_of(const char *path);

bool room_may_include(const struct room *room, const struct room *other);

/* Words with a space about each. Adding one twice adds it once. */
bool words_have(const char *words, const char *word);
void words_add(char words[ROOM_WORDS], const char *word);

/* The next `word` before the end, or false; *at goes on behind it. */
bool next_quoted(const char **at, const char *end, char word[ROOM_NAME]);
