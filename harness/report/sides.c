#include "report/sides.h"
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WIDTH_ELSE = 164, NARROWEST_SIDE = 16, GUTTER = 3 };

/* A line on each side; NULL: none there. */
struct pair_of_lines {
    const char *line[2];
    bool differ;
};

struct view {
    struct pair_of_lines *rows;
    size_t length, capacity;
    size_t first_open; /* of the rows at the end that have only a left line so far */
};

/* --- Which line belongs to which ------------------------------------------------------------ */

static bool add_row(struct view *view, const char *left, const char *right, bool differ)
{
    if (view->length == view->capacity) {
        size_t capacity = view->capacity ? 2 * view->capacity : 64;
        struct pair_of_lines *more = realloc(view->rows, capacity * sizeof *more);
        if (!more)
            return false;
        view->rows = more;
        view->capacity = capacity;
    }
    view->rows[view->length++] = (struct pair_of_lines){{left, right}, differ};
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

static char *compare(const struct sides *sides)
{
    int old = file_of(sides->text[0]), new = file_of(sides->text[1]);
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

/* --- Printing ------------------------------------------------------------------------------- */

/* As many bytes of the line as fit, up to a space where one is near. */
static size_t piece(const char *line, size_t width)
{
    size_t bytes = 0, space = 0, indent = strspn(line, " ");
    for (size_t columns = 0; line[bytes]; bytes++) {
        columns += ((unsigned char)line[bytes] & 0xC0) != 0x80;
        if (columns > width)
            return space > width / 2 ? space : bytes;
        if (line[bytes] == ' ' && bytes > indent)
            space = bytes + 1;
    }
    return bytes;
}

/* One side of a row; what goes on beneath is indented as the line is. */
struct side {
    const char *rest;
    size_t indent;
    bool wrapped;
};

static struct side side_of(const char *line, size_t width)
{
    size_t indent = line ? strspn(line, " ") + 2 : 0;
    return (struct side){line ? line : "", indent < width / 2 ? indent : 0, false};
}

static void print_side(const struct terminal *t, struct side *side, size_t width, enum style style,
                       bool pad)
{
    size_t indent = side->wrapped && *side->rest ? side->indent : 0;
    size_t bytes = piece(side->rest, width - indent);
    char text[1024];
    snprintf(text, sizeof text, "%.*s", (int)bytes, side->rest);
    for (size_t end = strlen(text); !pad && end > 0 && text[end - 1] == ' '; end--)
        text[end - 1] = 0;
    int padding = pad ? (int)(width - indent - terminal_columns(text)) : 0;
    fprintf(t->out, "%*s%s%s%s%*s", (int)indent, "", terminal_style(t, style), text,
            terminal_style(t, STYLE_PLAIN), padding, "");
    side->rest += bytes;
    side->wrapped = true;
}

static void print_row(const struct terminal *t, const struct pair_of_lines *row, size_t width)
{
    struct side left = side_of(row->line[0], width), right = side_of(row->line[1], width);
    const char *gutter = !row->line[1] ? " <" : !row->line[0] ? " > " : " | ";
    if (!row->differ)
        gutter = "   ";
    do {
        bool beside = *right.rest || gutter[1] != ' ';
        print_side(t, &left, width, row->differ ? STYLE_LEAK : STYLE_PLAIN, beside);
        if (beside)
            fputs(gutter, t->out);
        print_side(t, &right, width, row->differ ? STYLE_CLEAN : STYLE_PLAIN, false);
        fputc('\n', t->out);
        gutter = "   ";
    } while (*left.rest || *right.rest);
}

static void print_title(const struct terminal *t, const struct sides *sides, size_t width)
{
    fputs(terminal_style(t, STYLE_BOLD), t->out);
    fprintf(t->out, "%-*.*s   %.*s%s\n", (int)width, (int)width, sides->title[0], (int)width,
            sides->title[1], terminal_style(t, STYLE_PLAIN));
}

bool sides_print(const struct terminal *t, const struct sides *sides)
{
    size_t all = t->width ? (size_t)t->width : WIDTH_ELSE;
    size_t width = (all - GUTTER) / 2;
    if (width < NARROWEST_SIDE)
        width = NARROWEST_SIDE;
    struct view view = {0};
    char *text = compare(sides);
    bool done = text && align(&view, text);
    if (done)
        print_title(t, sides, width);
    for (size_t i = 0; done && i < view.length; i++)
        print_row(t, &view.rows[i], width);
    free(view.rows);
    free(text);
    return done;
}
