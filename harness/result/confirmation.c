#include "result/confirmation.h"
#include "record/built.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SCHEMA = 1, FIGURES_MOST = 20000, NAME_LONGEST = 16 << 20 };

const char *confirmed_text(enum confirmed confirmed)
{
    static const char *const texts[] = {
        [CONFIRMED_MET] = "met",         [CONFIRMED_CLOSE] = "within 3 %",
        [CONFIRMED_MISSED] = "missed",   [CONFIRMED_NO_INTERVAL] = "no interval",
        [CONFIRMED_NOISY] = "too noisy", [CONFIRMED_NOT_COMPARABLE] = "not comparable",
    };
    return texts[confirmed];
}

void confirmation_free(struct confirmation *confirmation)
{
    if (!confirmation)
        return;
    for (size_t i = 0; i < confirmation->count; i++) {
        free(confirmation->rows[i].pair);
        free(confirmation->rows[i].what);
    }
    free(confirmation->rows);
    free(confirmation->of);
    free(confirmation);
}

char *confirm_row_name(const struct confirm_row *row)
{
    char *name = NULL;
    if (!row->pair)
        return strdup(row->what);
    if (asprintf(&name, "%s %s, %s", row->pair, variant_name(row->variant), row->what) < 0)
        return NULL;
    return name;
}

/* --- Counted -------------------------------------------------------------------------------- */

struct confirm_counts confirm_counts(const struct confirmation *confirmation, const char *pair)
{
    struct confirm_counts counts = {0};
    for (size_t i = 0; i < confirmation->count; i++) {
        const struct confirm_row *row = &confirmation->rows[i];
        if (pair && (!row->pair || strcmp(row->pair, pair) != 0))
            continue;
        counts.rows++;
        counts.met += row->confirmed == CONFIRMED_MET;
        counts.close += row->confirmed == CONFIRMED_CLOSE;
        counts.missed += row->confirmed == CONFIRMED_MISSED;
    }
    counts.open = counts.rows - counts.met - counts.close - counts.missed;
    return counts;
}

bool confirm_holds(const struct confirm_counts *counts)
{
    return counts->met + counts->close && !counts->missed;
}

const char *confirm_counts_text(char text[CONFIRM_COUNTS], const struct confirm_counts *counts)
{
    const struct {
        size_t count;
        const char *words;
    } more[] = {{counts->close, "within 3 %"}, {counts->missed, "missed"}, {counts->open, "open"}};
    int length = snprintf(text, CONFIRM_COUNTS, "%zu of %zu figure%s met", counts->met,
                          counts->rows, counts->rows == 1 ? "" : "s");
    for (size_t i = 0; i < sizeof more / sizeof *more; i++)
        if (more[i].count)
            length += snprintf(text + length, CONFIRM_COUNTS - (size_t)length, ", %zu %s",
                               more[i].count, more[i].words);
    return text;
}

/* --- Writing -------------------------------------------------------------------------------- */

static json_t *row_json(const struct confirm_row *row)
{
    json_t *json = row->pair ? json_pack("{s:s, s:s, s:s}", "pair", row->pair, "variant",
                                         variant_name(row->variant), "figure", row->what)
                             : json_pack("{s:s}", "benchmark", row->what);
    json = built_with(json, "published", built_number(row->published));
    json = built_with(json, "low", built_number(row->low));
    json = built_with(json, "high", built_number(row->high));
    json = built_with(json, "here", built_number(row->here));
    return built_with(json, "found", json_string(confirmed_text(row->confirmed)));
}

json_t *confirmation_json(const struct confirmation *confirmation)
{
    json_t *figures = json_array();
    for (size_t i = 0; i < confirmation->count; i++)
        figures = built_and(figures, row_json(&confirmation->rows[i]));
    return json_pack("{s:i, s:s, s:o}", "schema", SCHEMA, "of", confirmation->of, "figures",
                     figures);
}

/* --- Reading -------------------------------------------------------------------------------- */

static char *text(struct taker *taker, const json_t *object, const char *name)
{
    const char *said = take_text(taker, object, name, NAME_LONGEST);
    char *copy = strdup(said);
    if (!*said)
        take_refuse(taker, "\"%s\" is missing", name);
    if (!copy)
        take_refuse(taker, "no memory for it");
    return copy;
}

static enum variant read_variant(struct taker *taker, const json_t *object)
{
    const char *name = take_text(taker, object, "variant", NAME_LONGEST);
    for (enum variant v = 0; v < VARIANTS; v++)
        if (strcmp(name, variant_name(v)) == 0)
            return v;
    take_refuse(taker, "\"variant\" is neither leak nor fix");
    return VARIANT_LEAK;
}

static enum confirmed read_found(struct taker *taker, const json_t *object)
{
    const char *words = take_text(taker, object, "found", NAME_LONGEST);
    for (enum confirmed confirmed = 0; confirmed < CONFIRMED_WORDS; confirmed++)
        if (strcmp(words, confirmed_text(confirmed)) == 0)
            return confirmed;
    take_refuse(taker, "\"found\" is none of its words");
    return CONFIRMED_NO_INTERVAL;
}

static struct confirm_row read_row(struct taker *taker, const json_t *object)
{
    struct confirm_row row = {.published = take_number(taker, object, "published"),
                              .low = take_number(taker, object, "low"),
                              .high = take_number(taker, object, "high"),
                              .here = take_number(taker, object, "here"),
                              .confirmed = read_found(taker, object)};
    if (json_object_get(object, "pair")) {
        row.pair = text(taker, object, "pair");
        row.variant = read_variant(taker, object);
        row.what = text(taker, object, "figure");
    } else
        row.what = text(taker, object, "benchmark");
    return row;
}

static void read_rows(struct confirmation *to, const json_t *json, struct taker *taker)
{
    const json_t *figures = take_array(taker, json, "figures", FIGURES_MOST), *figure;
    size_t i;
    to->rows = calloc(json_array_size(figures) + 1, sizeof *to->rows);
    if (!to->rows)
        take_refuse(taker, "no memory for it");
    json_array_foreach(figures, i, figure)
    {
        if (!json_is_object(figure))
            take_refuse(taker, "one of its \"figures\" is no object");
        if (!take_failed(taker))
            to->rows[to->count++] = read_row(taker, figure);
    }
}

struct confirmation *confirmation_of_json(const json_t *json, struct taker *taker)
{
    struct confirmation *to = calloc(1, sizeof *to);
    if (!to) {
        take_refuse(taker, "no memory for it");
        return NULL;
    }
    if (!json_is_object(json))
        take_refuse(taker, "it is no object");
    else if (take_whole(taker, json, "schema", 1, 1 << 20) != SCHEMA)
        take_refuse(taker, "its schema is a newer one: read it with a newer leaklab");
    to->of = text(taker, json, "of");
    read_rows(to, json, taker);
    if (!take_failed(taker))
        return to;
    confirmation_free(to);
    return NULL;
}
