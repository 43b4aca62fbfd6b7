#include "page/edition.h"
#include "page/plot_costs.h"
#include "result/folder.h"
#include "result/result.h"
#include <stdlib.h>
#include <string.h>

enum { SVG_MOST = 4 << 20 };

const char *edition_figure(char path[EDITION_FIGURE], const char *id, enum plot plot)
{
    snprintf(path, EDITION_FIGURE, "figures/%.100s-%s.svg", id, plot_name(plot));
    return path;
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

static bool is_whole(const struct measured_pair *pair)
{
    return summary_has(&pair->variants[VARIANT_LEAK]) && summary_has(&pair->variants[VARIANT_FIX]);
}

static bool take(struct edition *edition, const struct summary *summary,
                 const struct measured_pair *pair)
{
    struct edition_pair *more = realloc(edition->pairs, (edition->pair_count + 1) * sizeof *more);
    if (!more)
        return false;
    edition->pairs = more;
    more[edition->pair_count++] = (struct edition_pair){.from = summary, .pair = pair};
    return true;
}

/* The catalog's order for those that it has, so that the page reads as `leaklab list` does; what is
 * no longer in it comes last. */
static bool choose(struct edition *edition)
{
    FOR_EACH_PAIR (pair)
        for (size_t r = 0; r < edition->result_count && !has(edition, pair->id); r++) {
            const struct measured_pair *newest = summary_pair(edition->results[r], pair->id);
            if (newest && is_whole(newest) && !take(edition, edition->results[r], newest))
                return false;
        }
    for (size_t r = 0; r < edition->result_count; r++)
        for (size_t i = 0; i < edition->results[r]->pair_count; i++) {
            const struct measured_pair *pair = &edition->results[r]->pairs[i];
            if (is_whole(pair) && !has(edition, pair->id) &&
                !take(edition, edition->results[r], pair))
                return false;
        }
    return true;
}

static bool choose_benchmarks(struct edition *edition)
{
    for (size_t r = 0; r < edition->result_count; r++) {
        const struct summary *summary = edition->results[r];
        if (summary->benchmarks && !edition->benchmarked)
            edition->benchmarked = summary;
        if (summary->versus && !edition->compared)
            edition->compared = summary;
    }
    if (!edition->benchmarked)
        return true;
    edition->costs = plot_costs_planned(edition->benchmarked->benchmarks, &edition->cost_count);
    return edition->costs != NULL;
}

/* --- From the folder ------------------------------------------------------------------------ */

static bool load_results(struct edition *edition, const char *results, char *why, size_t size)
{
    size_t count;
    char **names = result_list(results, &count, why, size);
    if (!names)
        return false;
    edition->results = calloc(count + 1, sizeof *edition->results);
    bool done = edition->results != NULL;
    for (size_t i = 0; done && i < count; i++) {
        struct summary *summary = result_load(results, names[i], why, size);
        done = summary != NULL;
        if (done)
            edition->results[edition->result_count++] = summary;
    }
    result_list_free(names, count);
    return done;
}

static char *load_figure(const char *results, const struct summary *from, const char *id,
                         enum plot plot)
{
    char folder[FOLDER_PATH], path[EDITION_FIGURE], unused[256];
    size_t length;
    snprintf(folder, sizeof folder, "%.800s/%.96s", results, from->name);
    return folder_read(folder, edition_figure(path, id, plot), SVG_MOST, &length, unused,
                       sizeof unused);
}

static bool load_figures(struct edition *edition, const char *results)
{
    for (size_t i = 0; i < edition->cost_count; i++)
        edition->costs[i].svg =
            load_figure(results, edition->benchmarked, edition->costs[i].id, PLOT_COST);
    for (size_t i = 0; i < edition->pair_count; i++)
        for (enum plot plot = 0; plot < PLOTS; plot++) {
            struct edition_pair *pair = &edition->pairs[i];
            char *svg = load_figure(results, pair->from, pair->pair->id, plot);
            pair->svg[plot] = svg ? svg : strdup("");
            if (!pair->svg[plot])
                return false;
        }
    return true;
}

struct edition *edition_open(const char *results, char *why, size_t size)
{
    struct edition *edition = calloc(1, sizeof *edition);
    snprintf(why, size, "no memory for the results");
    if (!edition)
        return NULL;
    edition->saved = true;
    if (load_results(edition, results, why, size) && choose(edition) &&
        choose_benchmarks(edition) && load_figures(edition, results))
        return edition;
    edition_free(edition);
    return NULL;
}

/* --- Of one record -------------------------------------------------------------------------- */

static bool copy_figures(struct edition *edition, const struct figure *figures, size_t count)
{
    for (size_t i = 0; i < edition->pair_count; i++)
        for (size_t k = 0; k < count; k++)
            if (strcmp(figures[k].id, edition->pairs[i].pair->id) == 0 &&
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
