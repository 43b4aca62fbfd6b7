#include "report/grid.h"
#include "probe/figures.h"
#include "result/counted.h"
#include "result/noise.h"
#include "result/phrase.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum column {
    PATTERN,
    VARIANT,
    STACK,
    RATE,
    ASKED,
    SAMPLES,
    LIMIT,
    RUNS,
    REQUESTS,
    TASKS_PER_REQUEST,
    LEFT_PER_REQUEST, /* in its place, where a row counts something else */
    BYTES_PER_REQUEST,
    INTERVAL,
    ONCE,
    GROWTH,
    LATE_P99,
    SERVICE_P50,
    SERVICE_P99,
    PER_SECOND,
    PER_SECOND_INTERVAL,
    NOISE,
    COLUMNS
};

static const char *const headings[COLUMNS] = {
    [PATTERN] = "pattern",
    [VARIANT] = "variant",
    [STACK] = "stack",
    [RATE] = "rate",
    [ASKED] = "asked",
    [SAMPLES] = "samples/s",
    [LIMIT] = "limit",
    [RUNS] = "runs",
    [REQUESTS] = "requests",
    [TASKS_PER_REQUEST] = "tasks/req",
    [LEFT_PER_REQUEST] = "left/req",
    [BYTES_PER_REQUEST] = "bytes/req",
    [INTERVAL] = "range",
    [ONCE] = "once",
    [GROWTH] = "RSS growth",
    [LATE_P99] = "late p99",
    [SERVICE_P50] = "service p50",
    [SERVICE_P99] = "service p99",
    [PER_SECOND] = "requests/s",
    [PER_SECOND_INTERVAL] = "95 % interval",
    [NOISE] = "noise",
};

typedef char cell[PHRASE];

struct grid_row {
    cell cells[COLUMNS];
    bool others; /* what its pair leaves is neither task nor timer */
};

static void fill_settings(struct grid_row *row, const struct settings *settings)
{
    figure_bytes(row->cells[STACK], (double)settings->stack_bytes);
    figure_rate(row->cells[RATE], settings->rate);
    figure_count(row->cells[ASKED], (int64_t)settings->requests);
    figure_bytes(row->cells[LIMIT], (double)settings->memory_limit);
    snprintf(row->cells[SAMPLES], sizeof(cell), "%.10g", settings->looks_per_second);
}

static void fill(struct grid_row *row, const struct measured_pair *pair, enum variant variant)
{
    const struct measured *measured = &pair->variants[variant];
    const struct estimate *bytes = &measured->bytes_per_request;
    double requests = summary_figure(measured, requests, NULL);
    char left[COUNTED_CELL];
    snprintf(row->cells[PATTERN], sizeof(cell), "%s", pair->id);
    snprintf(row->cells[VARIANT], sizeof(cell), "%s%s%s", pair->twin, *pair->twin ? " " : "",
             variant_name(variant));
    fill_settings(row, &pair->settings);
    snprintf(row->cells[RUNS], sizeof(cell), "%zu", measured->run_count);
    figure_count(row->cells[REQUESTS], llround(isnan(requests) ? 0 : requests));
    phrase_per_request(row->cells[TASKS_PER_REQUEST], measured,
                       offsetof(struct run_figures, tasks_left));
    row->others = counted_of(pair) > COUNTED_TIMERS;
    enum counted counted = row->others ? counted_of(pair) : COUNTED_TASKS;
    counted_cell(left, counted, counted_left(counted, measured) / requests);
    snprintf(row->cells[LEFT_PER_REQUEST], sizeof(cell), "%s", left);
    phrase_number(row->cells[BYTES_PER_REQUEST], bytes->value, bytes);
    phrase_interval(row->cells[INTERVAL], bytes);
    figure_bytes(row->cells[GROWTH], summary_figure(measured, rss_growth, NULL));
    if (isnan(measured->bytes_once.value))
        snprintf(row->cells[ONCE], sizeof(cell), "-");
    else
        figure_bytes(row->cells[ONCE], measured->bytes_once.value);
    figure_time(row->cells[LATE_P99], measured->late_p99.value);
    figure_time(row->cells[SERVICE_P50], measured->service_p50.value);
    figure_time(row->cells[SERVICE_P99], measured->service_p99.value);
    if (is_noisy(measured))
        snprintf(row->cells[NOISE], sizeof(cell), "noisy, %zu of %zu", noisy_runs(measured),
                 measured->run_count);
    phrase_number(row->cells[PER_SECOND], measured->per_second.value, &measured->per_second);
    phrase_interval(row->cells[PER_SECOND_INTERVAL], &measured->per_second);
}

/* Which columns are shown, and how wide. 0: not shown. */
static void measure(int *widths, const struct grid_row *rows, size_t count)
{
    for (int column = 0; column < COLUMNS; column++) {
        bool varies = column < STACK || (column > LIMIT && column != NOISE);
        bool said = false;
        widths[column] = (int)strlen(headings[column]);
        for (size_t i = 0; i < count; i++) {
            int width = (int)strlen(rows[i].cells[column]);
            widths[column] = width > widths[column] ? width : widths[column];
            varies |= strcmp(rows[i].cells[column], rows[0].cells[column]) != 0;
            said |= *rows[i].cells[column] != 0;
        }
        widths[column] = varies || (said && column == NOISE) ? widths[column] : 0;
    }
    bool others = false;
    for (size_t i = 0; i < count; i++)
        others |= rows[i].others;
    widths[others ? TASKS_PER_REQUEST : LEFT_PER_REQUEST] = 0;
}

static void print_cell(const struct terminal *t, const int *widths, int column, const char *text)
{
    bool words = column == PATTERN || column == VARIANT;
    if (widths[column])
        fprintf(t->out, "%s%*s", column ? "  " : "", words ? -widths[column] : widths[column],
                text);
}

/* Rows for what was run of the pair; how many. */
static size_t fill_both(struct grid_row *rows, const struct measured_pair *pair)
{
    size_t count = 0;
    for (enum variant v = 0; v < VARIANTS; v++)
        if (pair->variants[v].run_count)
            fill(&rows[count++], pair, v);
    return count;
}

static void print_rows(const struct terminal *t, const int *widths, const struct grid_row *rows,
                       size_t count)
{
    fputs(terminal_style(t, STYLE_BOLD), t->out);
    for (int column = 0; column < COLUMNS; column++)
        print_cell(t, widths, column, headings[column]);
    fprintf(t->out, "%s\n", terminal_style(t, STYLE_PLAIN));
    for (size_t i = 0; i < count; i++) {
        for (int column = 0; column < COLUMNS; column++)
            print_cell(t, widths, column, rows[i].cells[column]);
        fputc('\n', t->out);
    }
}

/* --- On a narrow terminal ------------------------------------------------------------------- */

static int width_of(const int *widths)
{
    int all = 0;
    for (int column = 0; column < COLUMNS; column++)
        all += widths[column] ? widths[column] + 2 : 0;
    return all - 2;
}

/* "heading value, heading value", as many in a line as fit. */
static void print_narrow(const struct terminal *t, const int *widths, const struct grid_row *row)
{
    enum { INDENT = 4 };
    int used = 0;
    fprintf(t->out, "%s%s %s%s\n", terminal_style(t, STYLE_BOLD), row->cells[PATTERN],
            row->cells[VARIANT], terminal_style(t, STYLE_PLAIN));
    for (int column = VARIANT + 1; column < COLUMNS; column++) {
        const char *value = row->cells[column];
        int length = (int)(strlen(headings[column]) + strlen(value)) + 3;
        if (!widths[column] || !*value)
            continue;
        bool begins = used == 0 || used + length > t->width;
        if (begins)
            fprintf(t->out, "%s%*s", used ? ",\n" : "", INDENT, "");
        fprintf(t->out, "%s%s %s", begins ? "" : ", ", headings[column], value);
        used = (begins ? INDENT : used) + length;
    }
    fputc('\n', t->out);
}

/* A reader takes a narrow interval for a sure figure: it says nothing of what was not repeated. */
static void say_what_is_covered(const struct terminal *t, const struct grid_row *rows, size_t count)
{
    bool noisy = false;
    for (size_t i = 0; i < count; i++)
        noisy |= *rows[i].cells[NOISE] != 0;
    fputc('\n', t->out);
    terminal_words(
        t, "Ranges and intervals are over the repetitions of one invocation: another invocation, "
           "build or machine may lie outside.");
    if (noisy)
        terminal_words(t,
                       "Noisy runs: others had a part in the times, which are not to be compared.");
}

bool grid_print(const struct terminal *t, const struct summary *summary)
{
    int widths[COLUMNS];
    size_t count = 0, pairs = summary->pair_count + summary->twin_count;
    struct grid_row *rows = calloc(VARIANTS * pairs + 1, sizeof *rows);
    for (size_t i = 0; rows && i < pairs; i++) { /* each before its twin, as they ran */
        if (i < summary->pair_count)
            count += fill_both(&rows[count], &summary->pairs[i]);
        if (i < summary->twin_count)
            count += fill_both(&rows[count], &summary->twins[i]);
    }
    if (count) {
        measure(widths, rows, count);
        bool narrow = t->width && width_of(widths) > t->width;
        for (size_t i = 0; narrow && i < count; i++)
            print_narrow(t, widths, &rows[i]);
        if (!narrow)
            print_rows(t, widths, rows, count);
        say_what_is_covered(t, rows, count);
    }
    free(rows);
    return rows;
}
