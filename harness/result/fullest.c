#include "result/fullest.h"
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static size_t runs_of(const struct measured *measured)
{
    return measured->run_count > measured->death_count ? measured->run_count
                                                       : measured->death_count;
}

static double requests_of(const struct measured *measured)
{
    double requests = summary_figure(measured, requests, NULL);
    return isnan(requests) ? 0 : requests;
}

bool fullest_displaces(const struct measured_pair *newer, const struct measured_pair *older)
{
    bool alike = summary_same_settings(&newer->settings, &older->settings);
    for (enum variant v = 0; v < VARIANTS; v++) {
        const struct measured *is = &newer->variants[v], *was = &older->variants[v];
        if (runs_of(is) < runs_of(was) || (!alike && requests_of(is) < requests_of(was)))
            return false;
    }
    return true;
}

static size_t fewest_runs(const struct benchmarks *report)
{
    size_t fewest = SIZE_MAX;
    for (size_t i = 0; i < report->count; i++) {
        const struct benchmark *benchmark = &report->all[i];
        if (!benchmark->failure && benchmark->cost.runs < fewest)
            fewest = benchmark->cost.runs;
    }
    return fewest;
}

static size_t measured_in(const struct benchmarks *report)
{
    size_t count = 0;
    for (size_t i = 0; i < report->count; i++)
        count += report->all[i].failure == NULL;
    return count;
}

bool fullest_report_displaces(const struct benchmarks *newer, const struct benchmarks *older)
{
    return measured_in(newer) >= measured_in(older) && fewest_runs(newer) >= fewest_runs(older);
}

static const char *begun(const struct summary *summary)
{
    const char *time = json_string_value(json_object_get(summary->about, "time"));
    return time ? time : "";
}

static int newest_first(const void *a, const void *b)
{
    const struct summary *x = *(struct summary *const *)a, *y = *(struct summary *const *)b;
    int order = strcmp(begun(y), begun(x));
    return order ? order : strcmp(y->name, x->name);
}

void fullest_sort(struct summary **summaries, size_t count)
{
    qsort(summaries, count, sizeof *summaries, newest_first);
}

static bool has_any(const struct measured_pair *pair)
{
    return summary_has(&pair->variants[VARIANT_LEAK]) || summary_has(&pair->variants[VARIANT_FIX]);
}

const struct measured_pair *fullest_of(struct summary *const *summaries, size_t count,
                                       const char *id, const struct summary **from)
{
    const struct measured_pair *fullest = NULL;
    for (size_t i = count; i-- > 0;) {
        const struct measured_pair *pair = summary_pair(summaries[i], id);
        if (!pair || summaries[i]->confirmation || !has_any(pair) ||
            (fullest && !fullest_displaces(pair, fullest)))
            continue;
        fullest = pair;
        *from = summaries[i];
    }
    return fullest;
}
