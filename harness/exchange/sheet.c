#include "exchange/sheet.h"
#include "probe/printable.h"
#include "result/stream.h"
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct sheet_writer {
    struct sheet sheet;
    struct stream_text held;
    FILE *out;
    size_t cells; /* of this row */
};

void sheets_free(struct sheets *sheets)
{
    for (size_t i = 0; i < sheets->count; i++) {
        free(sheets->all[i].columns);
        free(sheets->all[i].csv);
    }
    free(sheets->all);
    *sheets = (struct sheets){0};
}

struct sheet_writer *sheet_begin(const char *name, const char *title)
{
    struct sheet_writer *w = calloc(1, sizeof *w);
    if (!w)
        return NULL;
    w->sheet = (struct sheet){.name = name, .title = title};
    w->out = stream_open(&w->held);
    return w;
}

void sheet_column(struct sheet_writer *w, const char *type, const char *words, const char *name,
                  ...)
{
    va_list arguments;
    if (!w || !w->out)
        return;
    struct sheet_column *more =
        realloc(w->sheet.columns, (w->sheet.column_count + 1) * sizeof *more);
    if (!more) {
        stream_fail(w->out);
        return;
    }
    w->sheet.columns = more;
    struct sheet_column *column = &more[w->sheet.column_count++];
    *column = (struct sheet_column){.type = type, .words = words};
    va_start(arguments, name);
    vsnprintf(column->name, sizeof column->name, name, arguments);
    va_end(arguments);
}

/* --- Cells ---------------------------------------------------------------------------------- */

static void write_head(struct sheet_writer *w)
{
    for (size_t i = 0; i < w->sheet.column_count; i++)
        fprintf(w->out, "%s%s", i ? "," : "", w->sheet.columns[i].name);
    putc('\n', w->out);
}

/* Whether there is a cell to write; before it its comma. */
static bool cell(struct sheet_writer *w)
{
    if (!w || !w->out)
        return false;
    if (!w->sheet.rows && !w->cells)
        write_head(w);
    if (w->cells)
        putc(',', w->out);
    return true;
}

static void cell_ends(struct sheet_writer *w)
{
    if (++w->cells < w->sheet.column_count)
        return;
    putc('\n', w->out);
    w->sheet.rows++;
    w->cells = 0;
}

void sheet_text(struct sheet_writer *w, const char *text)
{
    if (!cell(w))
        return;
    char *shown = printable_text(text ? text : "");
    const char *from = stream_piece(w->out, shown);
    bool quoted = from[strcspn(from, ",\"")] || *from == ' ';
    bool formula = *from && strchr("=+-@", *from);
    fputs(quoted ? "\"" : "", w->out);
    fputs(formula ? "'" : "", w->out);
    for (; *from; from++) {
        if (*from == '"')
            putc('"', w->out);
        putc(*from, w->out);
    }
    fputs(quoted ? "\"" : "", w->out);
    free(shown);
    cell_ends(w);
}

void sheet_number(struct sheet_writer *w, double value)
{
    if (!cell(w))
        return;
    if (isinf(value))
        fputs(value < 0 ? "-INF" : "INF", w->out);
    else if (!isnan(value))
        fprintf(w->out, "%.12g", value == 0 ? 0 : value); /* no -0 */
    cell_ends(w);
}

void sheet_integer(struct sheet_writer *w, int64_t value)
{
    if (!cell(w))
        return;
    fprintf(w->out, "%" PRId64, value);
    cell_ends(w);
}

void sheet_yes(struct sheet_writer *w, bool yes)
{
    if (!cell(w))
        return;
    fputs(yes ? "true" : "false", w->out);
    cell_ends(w);
}

/* --- The end -------------------------------------------------------------------------------- */

static bool add(struct sheets *sheets, struct sheet *sheet)
{
    struct sheet *more = realloc(sheets->all, (sheets->count + 1) * sizeof *more);
    if (!more)
        return false;
    sheets->all = more;
    more[sheets->count++] = *sheet;
    return true;
}

void sheet_end(struct sheet_writer *w, struct sheets *sheets)
{
    if (!w) {
        sheets->failed = true;
        return;
    }
    w->sheet.csv = stream_close(w->out, &w->held);
    bool kept = w->sheet.csv && w->sheet.rows && add(sheets, &w->sheet);
    sheets->failed |= !w->sheet.csv || (w->sheet.rows && !kept);
    if (!kept) {
        free(w->sheet.columns);
        free(w->sheet.csv);
    }
    free(w);
}
