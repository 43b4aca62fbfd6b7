#include "page/page_confirmed.h"
#include "probe/figures.h"
#include "result/about.h"
#include "result/html.h"
#include "result/markdown_text.h"
#include "result/phrase.h"
#include "result/stream.h"
#include <math.h>
#include <stdlib.h>

/* The two forms. */
struct form {
    void (*words)(FILE *out, const char *words);
    void (*link)(FILE *out, const char *where, const char *name);
};

static void html_link(FILE *out, const char *where, const char *name)
{
    fprintf(out, "<a href=\"%s%s/README.md\">%s</a>", where, name, name);
}

static void markdown_link(FILE *out, const char *where, const char *name)
{
    fprintf(out, "[%s](%s%s/README.md)", name, where, name);
}

static const struct form as_html = {html_text, html_link},
                         as_markdown = {markdown_text, markdown_link};

/* --- By whom -------------------------------------------------------------------------------- */

/* What stands behind the link. */
static void say_where(FILE *out, const struct confirmed_by *by, const struct form *form)
{
    char text[CONFIRM_COUNTS], *machine = about_machine(by->by->about);
    fprintf(out, " (%s, on ", confirm_counts_text(text, &by->counts));
    form->words(out, stream_piece(out, machine));
    putc(')', out);
    free(machine);
}

static void say_all(FILE *out, const struct confirmers *others, const char *name, const char *pair,
                    const char *where, const struct form *form)
{
    char text[CONFIRMED_WORDS_SIZE];
    size_t count;
    struct confirmed_by *by = confirmed_by(others, name, pair, &count);
    if (!by) {
        stream_fail(out);
        return;
    }
    fputs(confirmed_words(text, by, count), out);
    for (size_t i = 0; i < count; i++) {
        fputs(i ? ", " : ": ", out);
        form->link(out, where, by[i].by->name);
        say_where(out, &by[i], form);
    }
    free(by);
}

void html_confirmed(FILE *out, const struct confirmers *others, const char *name, const char *pair,
                    const char *where)
{
    say_all(out, others, name, pair, where, &as_html);
}

void markdown_confirmed(FILE *out, const struct confirmers *others, const char *name,
                        const char *pair, const char *where)
{
    say_all(out, others, name, pair, where, &as_markdown);
}

/* --- Whom ----------------------------------------------------------------------------------- */

static void say_whom(FILE *out, const struct summary *summary, const char *where,
                     const struct form *form)
{
    const struct confirmation *one = summary->confirmation;
    char text[CONFIRM_COUNTS];
    if (!one)
        return;
    struct confirm_counts counts = confirm_counts(one, NULL);
    fputs(", measures ", out);
    form->link(out, where, one->of);
    fprintf(out, " again: %s", confirm_counts_text(text, &counts));
}

void html_confirms(FILE *out, const struct summary *summary, const char *where)
{
    say_whom(out, summary, where, &as_html);
}

void markdown_confirms(FILE *out, const struct summary *summary, const char *where)
{
    say_whom(out, summary, where, &as_markdown);
}

/* --- Figure by figure ----------------------------------------------------------------------- */

static void row(FILE *out, const struct confirm_row *row)
{
    char *name = confirm_row_name(row), text[FIGURE], high[FIGURE];
    fputs("| ", out);
    markdown_text(out, stream_piece(out, name));
    fprintf(out, " | %s | ", figure_digits(text, row->published));
    if (!isnan(row->low))
        fprintf(out, "%s to %s", figure_digits(text, row->low), figure_digits(high, row->high));
    fprintf(out, " | %s | %s |\n", figure_digits(text, row->here), confirmed_text(row->confirmed));
    free(name);
}

void markdown_confirmation(FILE *out, const struct confirmers *others,
                           const struct summary *summary)
{
    const struct confirmation *one = summary->confirmation;
    fputs("## Confirmed\n\nThis result is ", out);
    markdown_confirmed(out, others, summary->name, NULL, "../");
    fprintf(out,
            ". `leaklab confirm %s` says by which command it was measured, and how to hold to it "
            "what you have measured.\n\n",
            summary->name);
    if (!one)
        return;
    struct confirm_counts counts = confirm_counts(one, NULL);
    char text[CONFIRM_COUNTS];
    fputs("It measures ", out);
    markdown_link(out, "../", one->of);
    fprintf(out, " again: %s", confirm_counts_text(text, &counts));
    fputs(".\n\n| figure | published | interval for a new mean | here | |\n"
          "|---|--:|--:|--:|---|\n",
          out);
    for (size_t i = 0; i < one->count; i++)
        row(out, &one->rows[i]);
    putc('\n', out);
}
