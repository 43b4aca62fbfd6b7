#include "test/rooms.h"
#include <stdio.h>
#include <string.h>

enum { ROOMS_MOST = 64 };

static struct room table[ROOMS_MOST];
static size_t room_count;

bool words_have(const char *words, const char *word)
{
    char padded[TREE_LINE + 2];
    snprintf(padded, sizeof padded, " %s ", word);
    return strstr(words, padded) != NULL;
}

void words_add(char words[ROOM_WORDS], const char *word)
{
    size_t length = strlen(words);
    if (!words_have(words, word))
        snprintf(words + length, ROOM_WORDS - length, "%s%s ", length ? "" : " ", word);
}

bool next_quoted(const char **at, const char *end, char word[ROOM_NAME])
{
    const char *from = memchr(*at, '`', (size_t)(end - *at));
    const char *to = from ? memchr(from + 1, '`', (size_t)(end - from - 1)) : NULL;
    if (!to)
        return false;
    snprintf(word, ROOM_NAME, "%.*s", (int)(to - from - 1), from + 1);
    *at = to + 1;
    return true;
}

/* "harness/task/" is the room task, "harness/catalog.*" the room catalog. */
static void name_room(struct room *room, const char *path)
{
    snprintf(room->name, sizeof room->name, "%s", strncmp(path, "harness/", 8) ? path : path + 8);
    size_t length = strlen(room->name);
    if (length > 2 && !strcmp(room->name + length - 2, ".*"))
        room->name[length - 2] = 0;
    else if (length && room->name[length - 1] == '/')
        room->name[length - 1] = 0;
}

/* | `room`, .. | what is in it | `room`, .., or "all above" | */
static void read_row(const char *row, int number, int line)
{
    const char *end[3], *at = row + 1, *may;
    char word[ROOM_NAME];
    for (int i = 0; i < 3; i++, at = end[i - 1] + 1)
        if (!(end[i] = strchr(at, '|'))) {
            tree_find("README.md", line, "a row of rooms has three cells");
            return;
        }
    at = row + 1;
    while (next_quoted(&at, end[0], word)) {
        assert_true(room_count < ROOMS_MOST);
        struct room *room = &table[room_count++];
        *room = (struct room){.row = number, .line = line};
        name_room(room, word);
        may = end[1] + 1;
        room->all = strstr(may, "all above") && strstr(may, "all above") < end[2];
        while (next_quoted(&may, end[2], word))
            words_add(room->may, word);
    }
}

size_t rooms_read(struct room **rooms)
{
    char line[TREE_LINE];
    int number = 0, row = 0;
    FILE *f = fopen("README.md", "re");
    assert_non_null(f);
    room_count = 0;
    while (fgets(line, sizeof line, f) && strcmp(line, "## The rooms\n") != 0)
        number++;
    while (fgets(line, sizeof line, f) && strncmp(line, "## ", 3) != 0) {
        number++;
        if (line[0] == '|' && row++ > 1) /* the head, and the line beneath it */
            read_row(line, row, number + 1);
    }
    fclose(f);
    if (!room_count)
        tree_find("README.md", number, "no table of rooms");
    *rooms = table;
    return room_count;
}

struct room *room_named(const char *name)
{
    for (size_t i = 0; i < room_count; i++)
        if (!strcmp(table[i].name, name))
            return &table[i];
    return NULL;
}

struct room *room_of(const char *path)
{
    char name[ROOM_NAME];
    path = strncmp(path, "harness/", 8) ? path : path + 8;
    const char *slash = strchr(path, '/');
    snprintf(name, sizeof name, "%.*s", (int)(slash ? slash - path : (long)strlen(path)), path);
    struct room *room = room_named(name);
    if (!slash && !room) {
        name[strcspn(name, ".")] = 0;
        room = room_named(name);
    }
    return room;
}

bool room_may_include(const struct room *room, const struct room *other)
{
    return other && (room == other || (room->all && other->row < room->row) ||
                     words_have(room->may, other->name));
}
