#include "page/edition.h"
#include "page/plot_costs.h"
#include "page/unmeasured.h"
#include "result/bystander.h"
#include "result/costs.h"
#include "result/folder.h"
#include "result/fullest.h"
#include "result/result.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { SVG_MOST = 4 << 20 };

const char *edition_figure(char path[EDITION_FIGURE], const char *id, enum plot plot)
{
    snprintf(path, EDITION_FIGURE, "figures/%.100s-%s.svg", id, plot_name(plot));
    return path;
}

struct confirmers edition_confirmers(const struct edition *edition)
{
    return (struct confirmers){edition->results, edition->result_count};
}

const struct benchmarks **edition_comparisons(const struct edition *edition, size_t *count)
{
    const struct benchmarks **all = calloc(edition->result_count + 1, sizeof *all);
    *count = 0;
    for (size_t i = 0; all && i < edition->result_count; i++)
        if (edition->results[i]->versus)
            all[(*count)++] = edition->results[i]->versus;
    return all;
}

void edition_free(struct edition *edition)
{
    if (!edition)
        return;
    for (size_t i = 0; i < edition->pair_count; i++)
        for (enum plot plot = 0; plot < PLOTS; plot++)
            free(edition->pairs[i].svg[plot]);
    for (size_t i = 0; edition->saved && i < edition->result_count; i++)
        summary_free(edition->results[i]);
    free(edition->results);
    free(edition->pairs);
    free(edition->unmeasured);
    draw_free(edition->costs, edition->cost_count);
    free(edition);
}

/* --- Choosing ------------------------------------------------------------------------------- */

static bool has(const struct edition *edition, const char *id)
{
    for (size_t i = 0; i < edition->pair_count; i++)
        if (strcmp(edition->pairs[i].pair->id, id) == 0)
            return true;
    return false;
}

static bool take(struct edition *edition, struct edition_pair pair)
{
    struct edition_pair *more = realloc(edition->pairs, (edition->pair_count + 1) * sizeof *more);
    if (!more)
        return false;
    edition->pairs = more;
    edition->measured_count += pair.from != NULL;
    more[edition->pair_count++] = pair;
    return true;
}

static void choose_kept(const struct edition *edition, struct edition_pair *chosen, const char *id)
{
    for (size_t r = 0; r < edition->result_count && !chosen->kept_from; r++) {
        const struct measured_pair *pair = summary_pair(edition->results[r], id);
        if (!pair || edition->results[r]->confirmation ||
            !pair->variants[VARIANT_LEAK].kept.requests)
            continue;
        chosen->kept = pair->variants[VARIANT_LEAK].kept;
        chosen->kept_from = edition->results[r];
    }
}

/* listed: of the catalog, or NULL. One of the catalog that nobody measured is there too, beside saved results. */
static bool choose_one(struct edition *edition, const char *id, const struct pair *listed)
{
    struct edition_pair chosen = {.listed = listed};
    if (has(edition, id))
        return true;
    chosen.pair = fullest_of(edition->results, edition->result_count, id, &chosen.from);
    if (!chosen.pair && !edition->saved)
        return true;
    if (!chosen.pair) {
        struct measured_pair *unmeasured = &edition->unmeasured[listed - catalog];
        *unmeasured = unmeasured_pair(listed);
        chosen.from = NULL;
        chosen.pair = unmeasured;
    }
    choose_kept(edition, &chosen, id);
    return take(edition, chosen);
}

/* The catalog's order for those that it has, so that the pages read as `leaklab list` does; what is
 * no longer in it comes last. */
static bool choose(struct edition *edition)
{
    edition->unmeasured = calloc(catalog_length, sizeof *edition->unmeasured);
    bool done = edition->unmeasured != NULL;
    FOR_EACH_PAIR (pair)
        done = done && choose_one(edition, pair->id, pair);
    for (size_t r = 0; r < edition->result_count; r++)
        for (size_t i = 0; i < edition->results[r]->pair_count; i++)
            done = done && choose_one(edition, edition->results[r]->pairs[i].id, NULL);
    return done;
}

/* From the oldest on: a newer report takes the place of one that is not fuller. */
static const struct summary *fullest_report(const struct edition *edition, bool versus)
{
    const struct summary *chosen = NULL;
    for (size_t r = edition->result_count; r-- > 0;) {
        const struct summary *summary = edition->results[r];
        const struct benchmarks *report = versus ? summary->versus : summary->benchmarks;
        const struct benchmarks *before = !chosen  ? NULL
                                          : versus ? chosen->versus
                                                   : chosen->benchmarks;
        if (report && !summary->confirmation &&
            (!before || fullest_report_displaces(report, before)))
            chosen = summary;
    }
    return chosen;
}

/* Likewise: a newer one of fewer cases takes nobody's place. */
static const struct summary *fullest_detections(const struct edition *edition)
{
    const struct summary *chosen = NULL;
    for (size_t r = edition->result_count; r-- > 0;) {
        const struct summary *summary = edition->results[r];
        if (summary->detections &&
            (!chosen || summary->detections->count >= chosen->detections->count))
            chosen = summary;
    }
    return chosen;
}

static const struct summary *newest_bystander(const struct edition *edition)
{
    for (size_t r = 0; r < edition->result_count; r++)
        if (bystander_is_in(edition->results[r]->benchmarks))
            return edition->results[r];
    return NULL;
}

/* Which is shown beside the fullest: it has fewer rows, and knows more of each. */
static const struct summary *newest_campaign(const struct edition *edition)
{
    for (size_t r = 0; r < edition->result_count; r++) {
        const struct summary *summary = edition->results[r];
        if (summary->benchmarks && !summary->confirmation && summary != edition->benchmarked &&
            cost_is_checked(summary->benchmarks))
            return summary;
    }
    return NULL;
}

static bool choose_benchmarks(struct edition *edition)
{
    edition->bystander = newest_bystander(edition);
    edition->detected = fullest_detections(edition);
    edition->benchmarked = fullest_report(edition, false);
    edition->compared = fullest_report(edition, true);
    edition->campaign = newest_campaign(edition);
    if (!edition->benchmarked)
        return true;
    edition->costs = plot_costs_planned(edition->benchmarked->benchmarks, &edition->cost_count);
    return edition->costs != NULL;
}

/* --- From the folder ------------------------------------------------------------------------ */

static bool load_results(struct edition *edition, const char *results, struct findings *findings,
                         char *why, size_t size)
{
    size_t count;
    char **names = result_list(results, &count, why, size);
    if (!names)
        return false;
    edition->results = calloc(count + 1, sizeof *edition->results);
    for (size_t i = 0; edition->results && i < count; i++) {
        struct summary *summary = result_load(results, names[i], why, size);
        if (summary)
            edition->results[edition->result_count++] = summary;
        else
            findings_add(findings, "%s", why);
    }
    result_list_free(names, count);
    if (edition->results)
        fullest_sort(edition->results, edition->result_count);
    snprintf(why, size, "no memory for the results");
    return edition->results;
}

/* One that is not there is "", and so is one that can not be read, which is found. False: no memory. */
static bool load_figure(char **svg, const char *results, const struct summary *from, const char *id,
                        enum plot plot, struct findings *findings)
{
    char folder[FOLDER_PATH], path[EDITION_FIGURE], why[600];
    size_t length;
    snprintf(folder, sizeof folder, "%.800s/%.96s", results, from->name);
    *svg = folder_read(folder, edition_figure(path, id, plot), SVG_MOST, &length, why, sizeof why);
    if (!*svg && errno != ENOENT)
        findings_add(findings, "%s", why);
    if (!*svg)
        *svg = strdup("");
    return *svg;
}

static bool load_figures(struct edition *edition, const char *results, struct findings *findings)
{
    bool done = true;
    for (size_t i = 0; i < edition->pair_count; i++)
        for (enum plot plot = 0; edition->pairs[i].from && plot < PLOTS; plot++)
            done =
                done && load_figure(&edition->pairs[i].svg[plot], results, edition->pairs[i].from,
                                    edition->pairs[i].pair->id, plot, findings);
    return done;
}

struct edition *edition_open(const char *results, struct findings *findings, char *why, size_t size)
{
    struct edition *edition = calloc(1, sizeof *edition);
    snprintf(why, size, "no memory for the results");
    if (!edition)
        return NULL;
    edition->saved = true;
    if (load_results(edition, results, findings, why, size) && choose(edition) &&
        choose_benchmarks(edition) && load_figures(edition, results, findings))
        return edition;
    edition_free(edition);
    return NULL;
}

/* --- Of one record -------------------------------------------------------------------------- */

static bool copy_figures(struct edition *edition, const struct figure *figures, size_t count)
{
    for (size_t i = 0; i < edition->pair_count; i++)
        for (size_t k = 0; k < count; k++)
            if (strcmp(figures[k].id, edition->pairs[i].pair->id) == 0 && figures[k].svg &&
                !edition->pairs[i].svg[figures[k].plot]) {
                edition->pairs[i].svg[figures[k].plot] = strdup(figures[k].svg);
                if (!edition->pairs[i].svg[figures[k].plot])
                    return false;
            }
    return true;
}

struct edition *edition_of(struct summary *summary, const struct figure *figures, size_t count)
{
    struct edition *edition = calloc(1, sizeof *edition);
    if (edition)
        edition->results = calloc(1, sizeof *edition->results);
    if (edition && edition->results) {
        edition->results[edition->result_count++] = summary;
        if (choose(edition) && copy_figures(edition, figures, count))
            return edition;
    }
    edition_free(edition);
    return NULL;
}
