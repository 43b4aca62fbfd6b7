#include "record/lines.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

struct lines {
    gzFile file;
    size_t number, capacity;
    size_t begin, end; /* of what was read and not given yet, within text */
    char *text;
};

struct lines *lines_open(const char *path, char *why, size_t size)
{
    struct stat about;
    struct lines *lines = calloc(1, sizeof *lines);
    errno = 0;
    if (lines && stat(path, &about) == 0 && S_ISDIR(about.st_mode))
        errno = EISDIR;
    else if (lines)
        lines->file = gzopen(path, "rbe");
    if (lines && lines->file)
        return lines;
    snprintf(why, size, "can not read %s: %s", path, strerror(errno ? errno : ENOMEM));
    free(lines);
    return NULL;
}

void lines_close(struct lines *lines)
{
    gzclose(lines->file);
    free(lines->text);
    free(lines);
}

size_t lines_number(const struct lines *lines)
{
    return lines->number;
}

/* Moves what is left to the front, and reads on behind it. Returns how much came, 0 at the end of
 * what can be read, -1 where it is too long or there is no memory. */
static int read_on(struct lines *lines)
{
    lines->end -= lines->begin;
    if (lines->end)
        memmove(lines->text, lines->text + lines->begin, lines->end);
    lines->begin = 0;
    if (lines->end == lines->capacity) {
        size_t capacity = lines->capacity ? 2 * lines->capacity : 1 << 16;
        char *more = capacity > 2 * LINES_LONGEST ? NULL : realloc(lines->text, capacity);
        if (!more)
            return -1;
        lines->text = more;
        lines->capacity = capacity;
    }
    int got =
        gzread(lines->file, lines->text + lines->end, (unsigned)(lines->capacity - lines->end));
    lines->end += got > 0 ? (size_t)got : 0;
    return got > 0 ? got : 0;
}

/* Damage to compressed data shows at the end of what could be read of them. */
static enum lines_got at_end(struct lines *lines)
{
    int error;
    gzerror(lines->file, &error);
    if (error == Z_BUF_ERROR) /* stops short */
        return LINES_CUT;
    if (error != Z_OK && error != Z_STREAM_END)
        return LINES_WRONG;
    return lines->end > lines->begin ? LINES_CUT : LINES_END;
}

enum lines_got lines_next(struct lines *lines, const char **text, size_t *length)
{
    size_t searched = 0;
    lines->number++;
    for (;;) {
        size_t there = lines->end - lines->begin;
        char *line = lines->text ? lines->text + lines->begin : NULL; /* nothing is read yet */
        char *newline = there > searched ? memchr(line + searched, '\n', there - searched) : NULL;
        if (newline) {
            *length = (size_t)(newline - line);
            *newline = 0;
            *text = line;
            lines->begin += *length + 1;
            return strlen(line) == *length && *length <= LINES_LONGEST ? LINES_ONE : LINES_WRONG;
        }
        searched = there;
        int got = there > LINES_LONGEST ? -1 : read_on(lines);
        if (got <= 0)
            return got < 0 ? LINES_WRONG : at_end(lines);
    }
}
