#include "report/comparison.h"
#include "probe/figures.h"
#include "probe/printable.h"
#include "result/costs.h"
#include "result/phrase.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_WIDEST = 44, FIGURE_WIDTH = 12, INTERVAL_WIDTH = 24, REST_NAMED = 5 };

/* Where nothing says how sure a change is, less than this is no reason to show it. */
static const double moved_share = 0.1;

enum presence { IN_BOTH, BEFORE_ONLY, AFTER_ONLY };

/* A row as it is printed. */
struct line {
    char *name; /* printable */
    char before[PHRASE], after[PHRASE], by[PHRASE], interval[PHRASE], note[PHRASE];
    const char *failure; /* or NULL */
    const char *bar;     /* why it is not judged, or NULL */
    enum presence presence;
    enum change change;
    double difference; /* NAN: not in both */
    bool moved;        /* far enough to be shown, though nothing says how sure that is */
};

struct lines_told {
    const struct terminal *terminal;
    const char *what;
    struct line *lines;
    size_t count;
    int width; /* of the names; 0: a row has two lines */
};

/* --- Which rows ----------------------------------------------------------------------------- */

static bool is_shown(const struct line *line)
{
    if (line->presence != IN_BOTH)
        return false;
    return line->failure || line->change == CHANGE_BETTER || line->change == CHANGE_WORSE ||
           (line->change != CHANGE_SAME && line->change != CHANGE_UNKNOWN && line->moved);
}

/* --- One row -------------------------------------------------------------------------------- */

static const char *verdict_of(const struct line *line)
{
    if (line->presence != IN_BOTH)
        return line->presence == BEFORE_ONLY ? "only before" : "only after";
    return change_text(line->change);
}

static void print_verdict(const struct terminal *t, const struct line *line)
{
    static const enum style styles[] = {
        [CHANGE_BETTER] = STYLE_CLEAN, [CHANGE_WORSE] = STYLE_LEAK,
        [CHANGE_SAME] = STYLE_PLAIN,   [CHANGE_UNKNOWN] = STYLE_DIM,
        [CHANGE_ABSENT] = STYLE_DIM,   [CHANGE_ONE_PROCESS] = STYLE_DIM,
        [CHANGE_NOISY] = STYLE_DIM,    [CHANGE_NOT_COMPARABLE] = STYLE_DIM,
    };
    fputs(terminal_style(t, styles[line->change]), t->out);
    if (line->failure)
        printable_write(t->out, line->failure);
    else
        fputs(verdict_of(line), t->out);
    if (line->change == CHANGE_ONE_PROCESS && !line->failure)
        fputs(": no verdict", t->out);
    if (line->change == CHANGE_NOT_COMPARABLE && line->bar && !line->failure)
        fprintf(t->out, ": %s", line->bar);
    fprintf(t->out, "%s%s\n", line->note, terminal_style(t, STYLE_PLAIN));
}

static void print_name(const struct terminal *t, const char *name, int width)
{
    int columns = (int)printable_columns(name);
    if (columns > width)
        fprintf(t->out, "%s\n%*s", name, width, "");
    else
        fprintf(t->out, "%s%*s", name, width - columns, "");
}

static void print_line(const struct lines_told *told, const struct line *line)
{
    const struct terminal *t = told->terminal;
    if (told->width) {
        print_name(t, line->name, told->width);
        fprintf(t->out, "  %*s  %*s  %10s  %-*s  ", FIGURE_WIDTH, line->before, FIGURE_WIDTH,
                line->after, line->by, INTERVAL_WIDTH, line->interval);
    } else {
        fprintf(t->out, "%s\n    %s before, %s after", line->name, line->before, line->after);
        if (line->by[0] != '-' || line->by[1])
            fprintf(t->out, ": %s", line->by);
        if (*line->interval)
            fprintf(t->out, " (%s)", line->interval);
        fputs("\n    ", t->out);
    }
    print_verdict(t, line);
}

static void print_head(const struct lines_told *told)
{
    const struct terminal *t = told->terminal;
    fputs(terminal_style(t, STYLE_BOLD), t->out);
    if (told->width)
        fprintf(t->out, "%-*s  %*s  %*s  %10s  %-*s  %s", told->width, told->what, FIGURE_WIDTH,
                "before", FIGURE_WIDTH, "after", "change", INTERVAL_WIDTH, "95 % interval",
                "verdict");
    else
        fprintf(t->out, "%s, with 95 %% interval", told->what);
    fprintf(t->out, "%s\n", terminal_style(t, STYLE_PLAIN));
}

/* --- The rest ------------------------------------------------------------------------------- */

static void print_only(const struct lines_told *told, enum presence presence, const char *when)
{
    FILE *out = told->terminal->out;
    size_t count = 0;
    for (size_t i = 0; i < told->count; i++)
        count += told->lines[i].presence == presence;
    if (!count)
        return;
    fprintf(out, "%zu only %s: ", count, when);
    size_t named = 0;
    for (size_t i = 0; i < told->count && named < REST_NAMED; i++)
        if (told->lines[i].presence == presence)
            fprintf(out, "%s%s", named++ ? ", " : "", told->lines[i].name);
    fputs(count > named ? ", ..\n" : "\n", out);
}

static void print_rest(const struct lines_told *told)
{
    FILE *out = told->terminal->out;
    for (enum change change = 0; change <= CHANGE_NOT_COMPARABLE; change++) {
        size_t count = 0;
        for (size_t i = 0; i < told->count; i++)
            count += told->lines[i].presence == IN_BOTH && !is_shown(&told->lines[i]) &&
                     told->lines[i].change == change;
        if (count)
            fprintf(out, "%zu more: %s\n", count, change_text(change));
    }
    print_only(told, BEFORE_ONLY, "before");
    print_only(told, AFTER_ONLY, "after");
    fprintf(out, "--all shows every row\n");
}

/* --- The table ------------------------------------------------------------------------------ */

/* The names' width, or 0 where a row does not fit beside them. */
static int width_of(const struct lines_told *told)
{
    size_t widest = strlen(told->what);
    for (size_t i = 0; i < told->count; i++) {
        size_t columns = printable_columns(told->lines[i].name);
        widest = columns > widest && columns <= NAME_WIDEST ? columns : widest;
    }
    int verdict = 20, all = (int)widest + 2 * FIGURE_WIDTH + 10 + INTERVAL_WIDTH + 10 + verdict;
    return told->terminal->width && told->terminal->width < all ? 0 : (int)widest;
}

static void print_all(struct lines_told *told, bool all)
{
    bool whole = all || told->count <= COMPARISON_ROWS;
    told->width = width_of(told);
    print_head(told);
    for (size_t i = 0; i < told->count; i++)
        if (whole || is_shown(&told->lines[i]))
            print_line(told, &told->lines[i]);
    if (!whole)
        print_rest(told);
}

/* Takes the lines. */
static bool print_and_free(struct lines_told *told, bool all)
{
    bool done = true;
    for (size_t i = 0; i < told->count; i++)
        done &= told->lines[i].name != NULL;
    if (done && told->count)
        print_all(told, all);
    for (size_t i = 0; i < told->count; i++)
        free(told->lines[i].name);
    free(told->lines);
    return done;
}

static enum presence presence_of(bool before, bool after)
{
    return before && after ? IN_BOTH : before ? BEFORE_ONLY : AFTER_ONLY;
}

/* --- Pairs ---------------------------------------------------------------------------------- */

static void say_counted(struct line *line, const struct comparison *row)
{
    double before = row->counted_before, after = row->counted_after;
    if (isnan(before + after))
        return;
    if (before == after && row->bar)
        snprintf(line->note, sizeof line->note, " (%s left per request: %.3f in both)",
                 row->counted, after);
    else if (before != after)
        snprintf(line->note, sizeof line->note, " (%s left per request: %.3f before, %.3f after)",
                 row->counted, before, after);
}

/* With its sign, by four digits, or all that stand before the point. */
static const char *signed_digits(char text[FIGURE], double value)
{
    snprintf(text, FIGURE, fabs(value) >= 9999.5 && fabs(value) < 1e18 ? "%+.0f" : "%+.4g", value);
    return text;
}

/* A change in per cent, of logarithms; else in the figure's own unit. */
static void say_change(struct line *line, const struct contrast *contrast)
{
    snprintf(line->by, PHRASE, "-");
    line->interval[0] = 0;
    if (isnan(contrast->value))
        return;
    if (contrast->logs) {
        snprintf(line->by, PHRASE, "%+.1f %%", 100 * expm1(contrast->value));
        if (!isnan(contrast->low))
            snprintf(line->interval, PHRASE, "%+.1f to %+.1f %%", 100 * expm1(contrast->low),
                     100 * expm1(contrast->high));
        return;
    }
    char text[FIGURE], high[FIGURE];
    snprintf(line->by, PHRASE, "%s", signed_digits(text, contrast->value));
    if (!isnan(contrast->low))
        snprintf(line->interval, PHRASE, "%s to %s", signed_digits(text, contrast->low),
                 signed_digits(high, contrast->high));
}

static struct line line_of_pair(const struct comparison *row)
{
    struct line line = {
        .presence = presence_of(row->in_before, row->in_after),
        .change = row->change,
        .bar = row->bar,
        .difference = row->contrast.value,
        .moved = fabs(row->after - row->before) > moved_share * fabs(row->before),
    };
    if (asprintf(&line.name, "%s %s", row->id, variant_name(row->variant)) < 0)
        line.name = NULL;
    struct estimate none = {NAN, NAN, NAN, INTERVAL_NONE};
    phrase_number(line.before, row->before, &none);
    phrase_number(line.after, row->after, &none);
    say_change(&line, &row->contrast);
    say_counted(&line, row);
    return line;
}

bool comparison_pairs(const struct terminal *t, const struct comparison *rows, size_t count,
                      bool all)
{
    struct lines_told told = {t, "bytes/request", calloc(count + 1, sizeof *told.lines), count, 0};
    for (size_t i = 0; told.lines && i < count; i++)
        told.lines[i] = line_of_pair(&rows[i]);
    return told.lines && print_and_free(&told, all);
}

/* --- Benchmarks ----------------------------------------------------------------------------- */

/* One that failed, or was skipped, in either. */
static const struct benchmark *failed(const struct cost_comparison *row)
{
    if (row->is && row->is->failure)
        return row->is;
    return row->was && row->was->failure ? row->was : NULL;
}

static void say_failure(struct line *line, const struct cost_comparison *row)
{
    const struct benchmark *what = failed(row);
    if (!what)
        return;
    line->failure = what->failure;
    snprintf(line->note, sizeof line->note, " (%s%s)", what->skipped ? "skipped" : "failed",
             what == row->is ? "" : " before");
}

static struct line line_of_cost(const struct cost_comparison *row)
{
    struct line line = {
        .name = printable_text(row->name),
        .presence = presence_of(row->was, row->is),
        .change = row->contrast.change,
        .bar = row->bar,
        .difference = row->contrast.value,
        .moved = fabs(row->after - row->before) > moved_share * row->before,
    };
    snprintf(line.before, PHRASE, "-");
    snprintf(line.after, PHRASE, "-");
    if (!isnan(row->before))
        cost_text(line.before, row->unit, row->before);
    if (!isnan(row->after))
        cost_text(line.after, row->unit, row->after);
    say_change(&line, &row->contrast);
    say_failure(&line, row);
    return line;
}

bool comparison_costs(const struct terminal *t, const char *what,
                      const struct cost_comparison *rows, size_t count, bool all)
{
    struct lines_told told = {t, what, calloc(count + 1, sizeof *told.lines), count, 0};
    for (size_t i = 0; told.lines && i < count; i++)
        told.lines[i] = line_of_cost(&rows[i]);
    return told.lines && print_and_free(&told, all);
}
