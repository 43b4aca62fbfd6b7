#include "source/aligned.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct view {
    struct aligned_row *rows;
    size_t length, capacity;
    size_t first_open; /* of the rows at the end that have only a left line so far */
};

static bool add_row(struct view *view, const char *left, const char *right, bool differ)
{
    if (view->length == view->capacity) {
        size_t capacity = view->capacity ? 2 * view->capacity : 64;
        struct aligned_row *more = realloc(view->rows, capacity * sizeof *more);
        if (!more)
            return false;
        view->rows = more;
        view->capacity = capacity;
    }
    view->rows[view->length++] = (struct aligned_row){{left, right}, differ};
    return true;
}

/* A changed block is its old lines, then its new ones: the first new one goes beside the first old
 * one, and so on. */
static bool take_line(struct view *view, char *line)
{
    char kind = line[0];
    line++;
    if (kind == '-')
        return add_row(view, line, NULL, true);
    if (kind == '+' && view->first_open < view->length) {
        view->rows[view->first_open++].line[1] = line;
        return true;
    }
    bool done = kind == '+' ? add_row(view, NULL, line, true) : add_row(view, line, line, false);
    view->first_open = view->length;
    return done;
}

static int file_of(const char *text)
{
    int fd = memfd_create("sample", 0); /* inherited by diff */
    size_t size = strlen(text);
    if (fd >= 0 && write(fd, text, size) != (ssize_t)size) {
        close(fd);
        return -1;
    }
    return fd;
}

/* What diff says, as text that the caller frees; NULL where it can not. */
static char *diff(int old, int new)
{
    char command[256], *text = NULL;
    size_t size = 0;
    snprintf(command, sizeof command,
             "diff -d --old-line-format='-%%L' --new-line-format='+%%L' "
             "--unchanged-line-format=' %%L' /dev/fd/%d /dev/fd/%d 2>/dev/null",
             old, new);
    FILE *from = popen(command, "r");
    FILE *to = open_memstream(&text, &size);
    for (int c; from && to && (c = getc(from)) != EOF;)
        putc(c, to);
    bool closed = to && fclose(to) == 0;
    int status = from ? pclose(from) : -1;
    if (closed && WIFEXITED(status) && WEXITSTATUS(status) <= 1)
        return text;
    free(text);
    return NULL;
}

static char *compare(const char *left, const char *right)
{
    int old = file_of(left), new = file_of(right);
    char *text = old >= 0 && new >= 0 ? diff(old, new) : NULL;
    if (old >= 0)
        close(old);
    if (new >= 0)
        close(new);
    return text;
}

/* The rows point into text, which is cut into lines. */
static bool align(struct view *view, char *text)
{
    for (char *line = text, *end; *line; line = end + 1) {
        end = line + strcspn(line, "\n");
        bool last = *end == 0;
        *end = 0;
        if (!take_line(view, line))
            return false;
        if (last)
            break;
    }
    return true;
}

bool aligned_make(struct aligned *aligned, const char *left, const char *right)
{
    struct view view = {0};
    char *text = compare(left, right);
    bool done = text && align(&view, text);
    *aligned = (struct aligned){.text = text, .rows = view.rows, .length = view.length};
    if (!done)
        aligned_free(aligned);
    return done;
}

void aligned_free(struct aligned *aligned)
{
    free(aligned->rows);
    free(aligned->text);
    *aligned = (struct aligned){0};
}
