#include "page/claim_figures.h"
#include "probe/expected.h"
#include "probe/figures.h"
#include "probe/kept.h"
#include "result/bystander.h"
#include "result/costs.h"
#include "result/forecast_pair.h"
#include "result/left.h"
#include "result/phrase.h"
#include "result/scoreboard.h"
#include "result/stream.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char not_measured[] = "Not measured in a saved result yet.";

static const struct edition_pair *pair_of(const struct edition *edition, const char *id)
{
    for (size_t i = 0; i < edition->pair_count; i++)
        if (strcmp(edition->pairs[i].pair->id, id) == 0)
            return &edition->pairs[i];
    return NULL;
}

/* --- Of a pair ------------------------------------------------------------------------------ */

static void by_catalog(FILE *out, const struct edition_pair *pair)
{
    char words[256];
    expectation_text(&pair->pair->variants[VARIANT_LEAK].expected, words, sizeof words);
    fprintf(out,
            "%s; the fix leaves nothing. By the catalog, which `leaklab check` proves; not "
            "measured yet.",
            words);
}

static void halves(FILE *out, const struct edition_pair *pair)
{
    const struct measured_pair *of = pair->pair;
    char left[PHRASE_LONG], load[PHRASE_LONG];
    for (enum variant v = 0; v < VARIANTS; v++) {
        left_words(left, of, v);
        if (!summary_has(&of->variants[v]))
            continue;
        fprintf(out, "%sthe %s %s %s", v ? ", " : "A request to ", variant_name(v),
                summary_grows(of) == GROWS_TIMERS ? "holds" : "leaves",
                *left ? left : "nothing that is counted");
    }
    fprintf(out, ". %s.", phrase_measured(load, of));
}

static void write_fate(FILE *out, const struct measured_pair *pair, const struct service *service)
{
    struct forecast forecast = forecast_of(pair, VARIANT_LEAK, service->rate, service->memory);
    char *words = forecast_words(&forecast);
    fprintf(out, " With %s the leak %s.", service->name, stream_piece(out, words));
    free(words);
}

static void memory(FILE *out, const struct measured_pair *pair)
{
    const struct estimate *bytes = &pair->variants[VARIANT_LEAK].bytes_per_request;
    char number[PHRASE], interval[PHRASE];
    fprintf(out, " Resident memory grows by %s bytes a request",
            phrase_number(number, bytes->value, bytes));
    if (*phrase_interval(interval, bytes))
        fprintf(out, " (%s)", interval);
    putc('.', out);
}

static void stack(FILE *out, const struct measured_pair *pair)
{
    const struct measured *leak = &pair->variants[VARIANT_LEAK];
    char number[PHRASE];
    double stacks = leak->under_load.part[SHARE_STACKS] / leak->under_load.growth;
    fprintf(out, "A leaked task keeps %s bytes.",
            phrase_number(number, leak->bytes_per_task.value, &leak->bytes_per_task));
    if (!isnan(stacks))
        fprintf(out, " Of what grows %.1f %% are stacks.", 100 * stacks);
}

static void heap(FILE *out, const struct measured_pair *pair)
{
    char number[PHRASE];
    for (enum variant v = 0; v < VARIANTS; v++) {
        const struct estimate *bytes = &pair->variants[v].heap_per_request;
        fprintf(out, "%s%s bytes of heap a request", v ? ", the fix " : "The leak keeps ",
                phrase_number(number, bytes->value, bytes));
    }
    putc('.', out);
}

/* What only leaked tasks reach, where a result says that; else the heap as a whole. */
static void closure(FILE *out, const struct edition_pair *pair)
{
    char kept[KEPT_TEXT];
    if (*kept_text(kept, &pair->kept))
        fprintf(out, "Each request keeps alive, for its leaked tasks alone: %s.", kept);
    else
        heap(out, pair->pair);
}

static void timers(FILE *out, const struct measured_pair *pair)
{
    const struct measured *leak = &pair->variants[VARIANT_LEAK];
    char count[PHRASE];
    fprintf(out, "A request to the leak holds %s timers under load",
            phrase_per_request(count, leak, offsetof(struct run_figures, timers_held)));
    fprintf(out, ", and %s once nothing is due any more.",
            phrase_per_request(count, leak, offsetof(struct run_figures, timers_left)));
    write_fate(out, pair, &services[0]);
}

static void of_pair(FILE *out, const struct edition *edition, enum claim_figure figure,
                    const char *id)
{
    const struct edition_pair *pair = pair_of(edition, id);
    if (!pair || !pair->from) {
        if (pair)
            by_catalog(out, pair);
        else
            fputs(not_measured, out);
        return;
    }
    switch (figure) {
    case CLAIM_DEATH:
        halves(out, pair);
        memory(out, pair->pair);
        write_fate(out, pair->pair, &services[0]);
        break;
    case CLAIM_MINUTE:
        memory(out, pair->pair);
        write_fate(out, pair->pair, &services[1]);
        break;
    case CLAIM_STACK:
        stack(out, pair->pair);
        break;
    case CLAIM_CLOSURE:
        closure(out, pair);
        break;
    case CLAIM_TIMERS:
        timers(out, pair->pair);
        break;
    case CLAIM_HEAP:
        heap(out, pair->pair);
        break;
    default:
        halves(out, pair);
    }
}

/* --- Of benchmarks -------------------------------------------------------------------------- */

static void bystander(FILE *out, const struct edition *edition)
{
    struct bystander *made =
        edition->bystander ? bystander_of(edition->bystander->benchmarks) : NULL;
    char *words = made ? bystander_words(made) : NULL;
    if (edition->bystander)
        fputs(stream_piece(out, words), out);
    else
        fputs(not_measured, out);
    bystander_free(made);
    free(words);
}

static bool is_within(const char *name, const char *stem)
{
    return strncmp(name, stem, strlen(stem)) == 0;
}

/* Each family below the stem: what one operation costs beside its least N, and beside its greatest. */
static void costs(FILE *out, const struct edition *edition, const char *stem)
{
    size_t count, said = 0;
    struct cost_row *rows =
        edition->benchmarked ? cost_rows(edition->benchmarked->benchmarks, &count) : NULL;
    if (edition->benchmarked && !rows)
        stream_fail(out);
    for (size_t i = 0; rows && i < count; i++) {
        if (!is_within(rows[i].name, stem) || rows[i].failure)
            continue;
        fprintf(out, "%s`%s`: %s%s%s%s", said++ ? "; " : "", rows[i].name, rows[i].cost,
                *rows[i].n ? " (N from " : "", rows[i].n, *rows[i].n ? ")" : "");
    }
    fputs(said ? "." : not_measured, out);
    free(rows);
}

static void making(FILE *out, const struct edition *edition)
{
    const struct edition_pair *pair = pair_of(edition, "channel_receive");
    costs(out, edition, "micro/spawn");
    if (pair && pair->from) {
        putc(' ', out);
        stack(out, pair->pair);
    }
}

/* --- Of detectors --------------------------------------------------------------------------- */

static bool is_of(const struct detector_said *said, enum claim_figure figure)
{
    switch (figure) {
    case CLAIM_SOURCE:
        return said->reads;
    case CLAIM_END:
        return said->stops && !said->reads;
    case CLAIM_COUNT:
        return strcmp(said->name, "count") == 0 || strcmp(said->name, "go-count") == 0;
    default:
        return strcmp(said->name, "sites") == 0 || strcmp(said->name, "go-profile") == 0;
    }
}

static void detectors(FILE *out, const struct edition *edition, enum claim_figure figure)
{
    const struct detections *d = edition->detected ? edition->detected->detections : NULL;
    size_t said = 0;
    for (size_t i = 0; d && i < d->detector_count; i++) {
        char recall[SCORE_TEXT], named[SCORE_TEXT], alarms[SCORE_TEXT];
        struct score score = score_of(d, i);
        if (d->detectors[i].plain || !is_of(&d->detectors[i], figure) || *d->detectors[i].skipped ||
            !score_has(&score))
            continue;
        fprintf(out, "%s`%s` finds %s", said++ ? "; " : "", d->detectors[i].name,
                score_recall(recall, &score));
        if (figure == CLAIM_SITES)
            fprintf(out, ", and names the line of %s", score_named(named, &score));
        if (score.controls)
            fprintf(out, ", controls reported: %s", score_controls(alarms, &score));
    }
    fputs(said ? "." : not_measured, out);
}

/* --- All ------------------------------------------------------------------------------------ */

bool claim_figure_is_of_each(enum claim_figure figure)
{
    static const bool of_each[] = {
        [CLAIM_HALVES] = true, [CLAIM_DEATH] = true,    [CLAIM_MINUTE] = true,
        [CLAIM_STACK] = true,  [CLAIM_CLOSURE] = true,  [CLAIM_TIMERS] = true,
        [CLAIM_HEAP] = true,   [CLAIM_PROGRAM] = false,
    };
    return of_each[figure];
}

void claim_figure_write(FILE *out, const struct edition *edition, enum claim_figure figure,
                        const char *id)
{
    switch (figure) {
    case CLAIM_BYSTANDER:
        bystander(out, edition);
        break;
    case CLAIM_CROWD:
        costs(out, edition, "crowd/");
        break;
    case CLAIM_MAKING:
        making(out, edition);
        break;
    case CLAIM_SOURCE:
    case CLAIM_END:
    case CLAIM_COUNT:
    case CLAIM_SITES:
        detectors(out, edition, figure);
        break;
    case CLAIM_PROGRAM:
        fputs("Nothing to measure: it is a program, and the project's tests hold it to what it "
              "prints.",
              out);
        break;
    default:
        of_pair(out, edition, figure, id);
    }
}
