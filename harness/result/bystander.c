#include "result/bystander.h"
#include "probe/figures.h"
#include "result/stream.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char stem[] = "bystander/";

const char *beside_text(enum beside beside)
{
    static const char *const texts[] = {
        [BESIDE_WAITING] = "wait for ever",
        [BESIDE_TICKING] = "wait for ever, and have left a ticker each",
        [BESIDE_POLLING] = "look once a second, each",
        [BESIDE_BUSY] = "yield for ever",
    };
    return texts[beside];
}

/* --- From the report ------------------------------------------------------------------------ */

bool bystander_has(const struct bench_family *family)
{
    return strncmp(family->name, stem, strlen(stem)) == 0;
}

bool bystander_is_in(const struct benchmarks *benchmarks)
{
    for (size_t i = 0; benchmarks && i < benchmarks->family_count; i++)
        if (bystander_has(&benchmarks->families[i]))
            return true;
    return false;
}

/* "bystander/chan_receive/ticking" */
static void name_row(struct bystander_row *row, const char *name)
{
    const char *kind = name + strlen(stem), *how = kind + strcspn(kind, "/");
    snprintf(row->kind, sizeof row->kind, "%.*s", (int)(how - kind), kind);
    for (char *c = row->kind; *c; c++)
        *c = *c == '_' ? ' ' : *c;
    row->beside = strcmp(how, "/ticking") == 0     ? BESIDE_TICKING
                  : *how                           ? BESIDE_WAITING
                  : strcmp(row->kind, "busy") == 0 ? BESIDE_BUSY
                                                   : BESIDE_POLLING;
}

/* False: no memory. */
static bool add_point(struct bystander_row *row, const struct benchmarks *all,
                      const struct benchmark *b)
{
    size_t at = row->count;
    struct bystander_point point = {.n = b->n};
    if (!benchmarks_counter(all, b, "p50_ns", &point.median) ||
        !benchmarks_counter(all, b, "p99_ns", &point.p99) ||
        !benchmarks_counter(all, b, "most_ns", &point.most) ||
        !benchmarks_counter(all, b, "unanswered", &point.unanswered))
        return false;
    if (row->count == BYSTANDER_POINTS || b->failure || !(point.median > 0) || !(point.p99 > 0) ||
        !(b->n >= 0))
        return true;
    for (; at > 0 && row->points[at - 1].n > b->n; at--)
        row->points[at] = row->points[at - 1];
    row->points[at] = point;
    row->count++;
    return true;
}

static void find_worst(struct bystander *bystander)
{
    for (size_t i = 0; i < bystander->count; i++) {
        const struct bystander_point *none = bystander_at(&bystander->rows[i], 0);
        bystander->median = none ? fmax(bystander->median, none->median) : bystander->median;
        bystander->p99 = none ? fmax(bystander->p99, none->p99) : bystander->p99;
    }
}

struct bystander *bystander_of(const struct benchmarks *benchmarks)
{
    struct bystander *made = calloc(1, sizeof *made);
    if (made)
        made->rows = calloc(benchmarks->family_count + 1, sizeof *made->rows);
    if (!made || !made->rows) {
        bystander_free(made);
        return NULL;
    }
    made->median = made->p99 = NAN;
    for (size_t i = 0; i < benchmarks->family_count; i++) {
        struct bystander_row *row = &made->rows[made->count];
        if (!bystander_has(&benchmarks->families[i]))
            continue;
        name_row(row, benchmarks->families[i].name);
        for (size_t k = 0; k < benchmarks->count; k++)
            if (benchmarks->all[k].family == i &&
                !add_point(row, benchmarks, &benchmarks->all[k])) {
                bystander_free(made);
                return NULL;
            }
        made->count++;
    }
    find_worst(made);
    return made;
}

void bystander_free(struct bystander *bystander)
{
    if (bystander)
        free(bystander->rows);
    free(bystander);
}

/* --- What it says --------------------------------------------------------------------------- */

const struct bystander_point *bystander_last(const struct bystander_row *row)
{
    return row->count ? &row->points[row->count - 1] : NULL;
}

const struct bystander_point *bystander_at(const struct bystander_row *row, double n)
{
    for (size_t i = 0; i < row->count; i++)
        if (row->points[i].n == n)
            return &row->points[i];
    return NULL;
}

/* Where nothing was measured beside none, nothing is known to be slower. */
static bool is_slow(const struct bystander *bystander, const struct bystander_point *point)
{
    return point->median > BYSTANDER_SLOWER * bystander->median ||
           point->p99 > BYSTANDER_SLOWER * bystander->p99;
}

bool bystander_slower(const struct bystander *bystander, const struct bystander_row *row,
                      const struct bystander_point *point)
{
    for (; point < row->points + row->count; point++)
        if (!is_slow(bystander, point))
            return false;
    return true;
}

bool bystander_any(const struct bystander *bystander, enum beside beside)
{
    for (size_t i = 0; i < bystander->count; i++)
        if (bystander->rows[i].beside == beside && bystander->rows[i].count)
            return true;
    return false;
}

struct bystander_sum bystander_sum(const struct bystander *bystander, enum beside beside, double n)
{
    struct bystander_sum sum = {
        .median_least = NAN, .median_most = NAN, .p99_least = NAN, .p99_most = NAN};
    for (size_t i = 0; i < bystander->count; i++) {
        const struct bystander_row *row = &bystander->rows[i];
        const struct bystander_point *at = bystander_at(row, n);
        if (row->beside != beside || !at)
            continue;
        sum.kinds++;
        sum.slower += bystander_slower(bystander, row, at);
        sum.median_least = fmin(sum.median_least, at->median);
        sum.median_most = fmax(sum.median_most, at->median);
        sum.p99_least = fmin(sum.p99_least, at->p99);
        sum.p99_most = fmax(sum.p99_most, at->p99);
    }
    return sum;
}

/* The greatest n of any row of this. */
static double most_beside(const struct bystander *bystander, enum beside beside)
{
    double most = 0;
    for (size_t i = 0; i < bystander->count; i++)
        if (bystander->rows[i].beside == beside && bystander->rows[i].count)
            most = fmax(most, bystander_last(&bystander->rows[i])->n);
    return most;
}

static void say_range(FILE *out, double least, double most)
{
    char low[FIGURE], high[FIGURE];
    figure_time(low, least);
    figure_time(high, most);
    fputs(low, out);
    if (strcmp(low, high) != 0)
        fprintf(out, " to %s", high);
}

static void say(FILE *out, const struct bystander *bystander, enum beside beside)
{
    char count[FIGURE];
    double n = most_beside(bystander, beside);
    struct bystander_sum sum = bystander_sum(bystander, beside, n);
    if (!sum.kinds || n <= 0)
        return;
    fputs(ftell(out) > 0 ? " " : "", out);
    fprintf(out, "Beside %s leaked tasks that %s, ", figure_count(count, llround(n)),
            beside_text(beside));
    if (!sum.slower)
        fputs("no request is slower", out);
    else if (sum.slower == sum.kinds)
        fputs("requests are slower", out);
    else
        fprintf(out, "requests are slower beside %zu of %zu kinds", sum.slower, sum.kinds);
    fputs(": median ", out);
    say_range(out, sum.median_least, sum.median_most);
    fputs(", 99th percentile ", out);
    say_range(out, sum.p99_least, sum.p99_most);
    putc('.', out);
}

char *bystander_words(const struct bystander *bystander)
{
    struct stream_text held;
    FILE *out = stream_open(&held);
    for (enum beside beside = 0; out && beside < BESIDES; beside++)
        say(out, bystander, beside);
    return stream_close(out, &held);
}
