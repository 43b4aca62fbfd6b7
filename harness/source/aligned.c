#include "source/aligned.h"
#include "source/code.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- What diff says ------------------------------------------------------------------------- */

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

/* A sign a line: '-' for one of the old text, '+' for one of the new one, ' ' for one of both. The caller frees
 * them; NULL where diff does not run. */
static char *diff(int old, int new)
{
    char command[256], *text = NULL;
    size_t size = 0;
    snprintf(command, sizeof command,
             "diff -d --old-line-format=- --new-line-format=+ --unchanged-line-format=' ' "
             "/dev/fd/%d /dev/fd/%d 2>/dev/null",
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

/* By their code alone. */
static char *compare(const char *left, const char *right)
{
    char *old_code = code_of(left), *new_code = code_of(right);
    int old = old_code ? file_of(old_code) : -1, new = new_code ? file_of(new_code) : -1;
    char *signs = old >= 0 && new >= 0 ? diff(old, new) : NULL;
    if (old >= 0)
        close(old);
    if (new >= 0)
        close(new);
    free(old_code);
    free(new_code);
    return signs;
}

/* --- Rows ----------------------------------------------------------------------------------- */

/* One of the texts while it is read, and its code beside it, which has as many lines. */
struct side {
    char *line, *code;
};

struct view {
    struct side sides[2];
    struct aligned_row *rows;
    size_t length, capacity;
};

static char *take_line(char **at)
{
    char *line = *at;
    size_t length = strcspn(line, "\n");
    *at = line + length + (line[length] == '\n');
    line[length] = 0;
    return line;
}

static bool add_row(struct view *view, bool left, bool right, bool differ)
{
    if (view->length == view->capacity) {
        size_t capacity = view->capacity ? 2 * view->capacity : 64;
        struct aligned_row *more = realloc(view->rows, capacity * sizeof *more);
        if (!more)
            return false;
        view->rows = more;
        view->capacity = capacity;
    }
    struct aligned_row *row = &view->rows[view->length++];
    *row = (struct aligned_row){.differ = differ};
    for (int side = 0; side < 2; side++)
        if (side ? right : left) {
            row->line[side] = take_line(&view->sides[side].line);
            take_line(&view->sides[side].code);
        }
    return true;
}

/* Whether the next line is not code. */
static bool is_bare(const struct side *side)
{
    return *side->code == '\n' || !*side->code;
}

/* A changed block: its lines of code beside each other, in order, and likewise what is none. */
static bool add_block(struct view *view, size_t old, size_t new)
{
    bool done = true;
    while (done && (old || new)) {
        bool bare_left = old && is_bare(&view->sides[0]),
             bare_right = new &&is_bare(&view->sides[1]);
        bool bare = bare_left || bare_right;
        bool left = bare ? bare_left : old > 0, right = bare ? bare_right : new > 0;
        done = add_row(view, left, right, !bare);
        old -= left;
        new -= right;
    }
    return done;
}

static bool align(struct view *view, const char *signs)
{
    bool done = true;
    while (done && *signs) {
        size_t same = strspn(signs, " "), changed = strspn(signs + same, "-+"), old = 0;
        for (size_t i = 0; done && i < same; i++)
            done = add_row(view, true, true, false);
        for (size_t i = 0; i < changed; i++)
            old += signs[same + i] == '-';
        done = done && add_block(view, old, changed - old);
        signs += same + changed;
    }
    return done;
}

bool aligned_make(struct aligned *aligned, const char *left, const char *right)
{
    *aligned = (struct aligned){.text = {strdup(left), strdup(right)}};
    char *code[2] = {code_of(left), code_of(right)}, *signs = compare(left, right);
    struct view view = {.sides = {{aligned->text[0], code[0]}, {aligned->text[1], code[1]}}};
    bool done =
        signs && aligned->text[0] && aligned->text[1] && code[0] && code[1] && align(&view, signs);
    aligned->rows = view.rows;
    aligned->length = view.length;
    free(code[0]);
    free(code[1]);
    free(signs);
    if (!done)
        aligned_free(aligned);
    return done;
}

void aligned_free(struct aligned *aligned)
{
    free(aligned->rows);
    free(aligned->text[0]);
    free(aligned->text[1]);
    *aligned = (struct aligned){0};
}
