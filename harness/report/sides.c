#include "report/sides.h"
#include "source/aligned.h"
#include <string.h>

enum { WIDTH_ELSE = 164, NARROWEST_SIDE = 16, GUTTER = 3 };

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

static void print_row(const struct terminal *t, const struct aligned_row *row, size_t width)
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
    struct aligned aligned;
    if (!aligned_make(&aligned, sides->text[0], sides->text[1]))
        return false;
    print_title(t, sides, width);
    for (size_t i = 0; i < aligned.length; i++)
        print_row(t, &aligned.rows[i], width);
    aligned_free(&aligned);
    return true;
}
