#include "report/table.h"
#include "probe/apart.h"
#include "probe/figures.h"
#include "probe/finding.h"
#include "report/detail.h"
#include "result/counted.h"
#include "result/phrase.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum column {
    PATTERN,
    VARIANT,
    REQUESTS,
    TASKS_PER_REQUEST,
    LEFT_PER_REQUEST, /* in its place, where a row counts something else */
    BYTES_PER_REQUEST,
    BYTES_PER_TASK,
    ONCE,
    RSS_GROWTH,
    LATE_P99,
    SERVICE_P50,
    SERVICE_P99,
    NOISE,
    COLUMNS
};

static const char *const headings[COLUMNS] = {
    [PATTERN] = "pattern",
    [VARIANT] = "variant",
    [REQUESTS] = "requests",
    [TASKS_PER_REQUEST] = "tasks/req",
    [LEFT_PER_REQUEST] = "left/req",
    [BYTES_PER_REQUEST] = "bytes/req",
    [BYTES_PER_TASK] = "bytes/task",
    [ONCE] = "once",
    [RSS_GROWTH] = "RSS growth",
    [LATE_P99] = "late p99",
    [SERVICE_P50] = "service p50",
    [SERVICE_P99] = "service p99",
    [NOISE] = "noise",
};
static const bool words[COLUMNS] = {[PATTERN] = true, [VARIANT] = true, [NOISE] = true};

struct table_row {
    char cells[COLUMNS][FIGURE];
};

/* That stay; of a case that did not come to its end, that were there. */
static double left_per_request(const struct outcome *outcome, enum kind kind)
{
    uint64_t started = outcome_started(outcome);
    if (started && outcome->ending.how == ENDED_WELL)
        return finding_of(outcome).of[kind].stays;
    if (!started || (kind != KIND_TASKS && !pair_is_plain(outcome->pair)))
        return NAN;
    if (kind == KIND_TASKS)
        return (double)outcome_tasks_left(outcome) / (double)started;
    const struct gauges *g = outcome->gauges;
    int64_t before = counts_of_kind(&g->legs[LEG_LOAD].counts[MOMENT_BASELINE], kind);
    return (double)(counts_of_kind(&g->progress.plain, kind) - before) / (double)started;
}

/* What the pair's leak leaves most plainly. A twin's tasks alone are counted. */
static enum counted counted_by(const struct outcome *outcome)
{
    enum counted counted = counted_expected(&outcome->pair->expected[VARIANT_LEAK]);
    return outcome->twin || counted == COUNTED_TIMERS ? COUNTED_TASKS : counted;
}

/* To the place that one run resolves. */
static void fill_bytes(struct table_row *row, const struct apart *bytes, double tasks)
{
    char text[PHRASE];
    struct estimate each = {bytes->each, bytes->each - bytes->within, bytes->each + bytes->within,
                            INTERVAL_RESOLUTION};
    struct estimate task = {each.value / tasks, each.low / tasks, each.high / tasks, each.basis};
    snprintf(row->cells[BYTES_PER_REQUEST], FIGURE, "%.31s",
             phrase_number(text, each.value, &each));
    if (tasks > 0)
        snprintf(row->cells[BYTES_PER_TASK], FIGURE, "%.31s",
                 phrase_number(text, task.value, &task));
    if (!isnan(bytes->once))
        figure_bytes(row->cells[ONCE], bytes->once);
}

static void fill(struct table_row *row, const struct outcome *outcome)
{
    int64_t growth;
    double tasks = left_per_request(outcome, KIND_TASKS);
    enum counted counted = counted_by(outcome);
    struct apart bytes = apart_of_outcome(outcome);
    for (int column = 0; column < COLUMNS; column++)
        snprintf(row->cells[column], FIGURE, "-");
    snprintf(row->cells[PATTERN], FIGURE, "%s", outcome->pair->id);
    outcome_variant(outcome, row->cells[VARIANT]);
    figure_count(row->cells[REQUESTS], (int64_t)outcome_started(outcome));
    if (!isnan(tasks))
        snprintf(row->cells[TASKS_PER_REQUEST], FIGURE, "%.3f", tasks);
    counted_cell(row->cells[LEFT_PER_REQUEST], counted,
                 left_per_request(outcome, counted_kind(counted)));
    fill_bytes(row, &bytes, tasks);
    if (outcome_rss_growth(outcome, &growth))
        figure_bytes(row->cells[RSS_GROWTH], (double)growth);
    if (settings_are_open_loop(&outcome->settings))
        figure_time(row->cells[LATE_P99], outcome_quantile(outcome, LATENCY_LATE, 0.99));
    figure_time(row->cells[SERVICE_P50], outcome_quantile(outcome, LATENCY_SERVICE, 0.50));
    figure_time(row->cells[SERVICE_P99], outcome_quantile(outcome, LATENCY_SERVICE, 0.99));
    snprintf(row->cells[NOISE], FIGURE, "%s", noise_flagged(&outcome->noise) ? "noisy" : "");
}

/* 0: not shown. What a task costs is of interest beside one of another language. */
static void measure(int *widths, const struct table_row *rows, size_t length, bool twins,
                    bool noisy, bool others)
{
    for (int column = 0; column < COLUMNS; column++) {
        widths[column] = (int)strlen(headings[column]);
        for (size_t i = 0; i < length; i++) {
            int width = (int)strlen(rows[i].cells[column]);
            if (width > widths[column])
                widths[column] = width;
        }
    }
    widths[others ? TASKS_PER_REQUEST : LEFT_PER_REQUEST] = 0;
    if (!twins)
        widths[BYTES_PER_TASK] = 0;
    if (!noisy)
        widths[NOISE] = 0;
}

/* On a narrow terminal they go on in the next line, headings as rows. */
static void print_cells(const struct terminal *t, const int *widths, const char *const *cells)
{
    int used = 0;
    for (int column = 0; column < COLUMNS; column++) {
        bool breaks = t->width && used && used + 2 + widths[column] > t->width;
        if (!widths[column])
            continue;
        fprintf(t->out, "%s%*s",
                breaks ? "\n    "
                : used ? "  "
                       : "",
                words[column] ? -widths[column] : widths[column], cells[column]);
        used = (breaks ? 4 : used ? used + 2 : 0) + widths[column];
    }
}

/* Whether the numbers and the longest verdict fit side by side. */
static bool fits(const struct terminal *t, const int *widths, const struct verdict *verdicts,
                 size_t length)
{
    size_t width = 0, longest = 0;
    for (int column = 0; column < COLUMNS; column++)
        width += widths[column] ? (size_t)widths[column] + 2 : 0;
    for (size_t i = 0; i < length; i++)
        if (terminal_columns(verdicts[i].words) > longest)
            longest = terminal_columns(verdicts[i].words);
    return t->width == 0 || width + longest <= (size_t)t->width;
}

/* The noisiest of them. What is counted does not change by it; times do. */
static void say_noise(const struct terminal *t, const struct outcome *cases, size_t length)
{
    char why[NOISE_WORDS], said[NOISE_WORDS + 100];
    struct noise most = noise_unknown;
    for (size_t i = 0; i < length; i++) {
        most.others = fmax(most.others, cases[i].noise.others);
        most.stolen = fmax(most.stolen, cases[i].noise.stolen);
        most.waited = fmax(most.waited, cases[i].noise.waited);
    }
    snprintf(said, sizeof said,
             "Noisy: %s, at most. The times are of that too: none is to be compared.",
             noise_words(why, &most));
    fputc('\n', t->out);
    terminal_words(t, said);
}

void table_print(const struct terminal *t, const struct outcome *cases,
                 const struct verdict *verdicts, size_t length)
{
    int widths[COLUMNS];
    bool twins = false, noisy = false, others = false;
    struct table_row *rows = calloc(length, sizeof *rows);
    if (!rows)
        return; /* each case has had its line already */
    for (size_t i = 0; i < length; i++) {
        fill(&rows[i], &cases[i]);
        twins |= cases[i].twin != NULL;
        noisy |= noise_flagged(&cases[i].noise);
        others |= counted_by(&cases[i]) != COUNTED_TASKS;
    }
    measure(widths, rows, length, twins, noisy, others);
    bool beside = fits(t, widths, verdicts, length);
    fprintf(t->out, "%s", terminal_style(t, STYLE_BOLD));
    print_cells(t, widths, headings);
    fprintf(t->out, "%s%s\n", beside ? "  verdict" : "", terminal_style(t, STYLE_PLAIN));
    for (size_t i = 0; i < length; i++) {
        const char *cells[COLUMNS];
        for (int column = 0; column < COLUMNS; column++)
            cells[column] = rows[i].cells[column];
        print_cells(t, widths, cells);
        fprintf(t->out, "%s%s%s%s%s\n", beside ? "  " : "\n    ",
                terminal_style(t, detail_style(&verdicts[i])), verdicts[i].words,
                terminal_style(t, STYLE_PLAIN), verdicts[i].wrong[0] ? " - NOT AS CATALOGUED" : "");
    }
    if (noisy)
        say_noise(t, cases, length);
    free(rows);
}
