#include "exchange/left_sheets.h"
#include "exchange/measured_sheets.h"
#include "result/left.h"

static void left_rows(struct sheet_writer *w, const struct measured_pair *pair,
                      enum variant variant)
{
    const struct measured *m = &pair->variants[variant];
    for (int kind = 0; kind < LEFT_KINDS; kind++) {
        char key[LEFT_KIND];
        if (!m->run_count || !left_is_told(pair, kind))
            continue;
        sheet_whose(w, pair, variant);
        sheet_text(w, left_kind_key(key, kind));
        sheet_number(w,
                     summary_mean(m, summary_left(kind), NULL) / summary_figure(m, requests, NULL));
        sheet_integer(w, left_kind_expected(&m->expected, kind));
    }
}

void sheet_left(const struct summary *summary, struct sheets *sheets)
{
    struct sheet_writer *w =
        sheet_begin("left", "What each request leaves that is neither task nor timer, by kind");
    sheet_whose_columns(w);
    sheet_column(w, "string", "What is counted: timer_handles, requests_in_flight, threads ..",
                 "kind");
    sheet_column(w, "number", "How many are left after settle, over the requests", "per_request");
    sheet_column(w, "integer", "How many of each request the catalog says", "expected");
    sheet_each(summary, w, left_rows);
    sheet_end(w, sheets);
}

static void made_rows(struct sheet_writer *w, const struct measured_pair *pair,
                      enum variant variant)
{
    const struct measured *m = &pair->variants[variant];
    for (size_t i = 0; i < m->made_count; i++) {
        sheet_whose(w, pair, variant);
        sheet_integer(w, (int64_t)m->made[i].count);
        sheet_text(w, m->made[i].kind);
        sheet_text(w, m->made[i].what);
        sheet_text(w, m->made[i].file);
        sheet_integer(w, (int64_t)m->made[i].line);
        sheet_text(w, m->made[i].function);
    }
}

void sheet_made(const struct summary *summary, struct sheets *sheets)
{
    struct sheet_writer *w =
        sheet_begin("made", "Which line made what is left after settle, in the first run");
    sheet_whose_columns(w);
    sheet_column(w, "integer", "How many", "count");
    sheet_column(w, "string", "handle, uv_req (a request of libuv), descriptor, thread ..", "kind");
    sheet_column(w, "string", "Which type, and in which state: timer, stopped", "what");
    sheet_column(w, "string", "The file, from the project's root", "file");
    sheet_column(w, "integer", "The line, in the source that was measured", "line");
    sheet_column(w, "string", "The function", "function");
    sheet_each(summary, w, made_rows);
    sheet_end(w, sheets);
}
