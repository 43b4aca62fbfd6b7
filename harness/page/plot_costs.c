#include "page/plot_costs.h"
#include "page/costs_drawn.h"
#include "page/costs_script.h"
#include "probe/figures.h"
#include "result/costs.h"
#include "result/stream.h"
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { ID_MOST = 48 };

static char *words_of(const struct costs_drawn *drawn)
{
    struct stream_text held;
    FILE *out = stream_open(&held);
    if (!out)
        return NULL;
    fprintf(out, "%.*s: the cost of one operation over N", drawn->name_length, drawn->name);
    for (enum costs_curve curve = 0; curve < CURVES; curve++) {
        char count[FIGURE], cost[FIGURE], fit[PHRASE];
        const char *separator = ": ";
        if (!drawn->curve[curve])
            continue;
        if (drawn->curve[CURVE_LEAK] && drawn->curve[CURVE_FIX])
            fprintf(out, "; %s", costs_curve_name(curve));
        FOR_EACH_POINT(b, drawn, drawn->curve[curve])
        {
            fprintf(out, "%s%s at %s", separator, figure_cost(cost, b->cost.median),
                    figure_count(count, llround(b->n)));
            separator = ", ";
        }
        cost_fit(fit, drawn->curve[curve]);
        fprintf(out, "%s%s", *fit ? "; fitted: " : "", fit);
    }
    return stream_close(out, &held);
}

/* "07-micro-timer-fire": the number keeps apart what differs in other characters alone. */
static char *id_of(const struct costs_drawn *drawn, size_t number)
{
    char *id = NULL;
    int length = drawn->name_length < ID_MOST ? drawn->name_length : ID_MOST;
    if (asprintf(&id, "%02zu-%.*s", number, length, drawn->name) < 0)
        return NULL;
    for (char *c = id; *c; c++)
        *c = (char)(isalnum((unsigned char)*c) ? tolower((unsigned char)*c) : '-');
    return id;
}

struct figure *plot_costs_planned(const struct benchmarks *benchmarks, size_t *count)
{
    struct figure *figures = calloc(benchmarks->family_count + 1, sizeof *figures);
    bool done = figures != NULL;
    *count = 0;
    for (size_t i = 0; done && i < benchmarks->family_count; i++) {
        struct costs_drawn drawn;
        if (!costs_drawn_for(&drawn, benchmarks, i))
            continue;
        struct figure *figure = &figures[(*count)++];
        *figure = (struct figure){.id = id_of(&drawn, *count),
                                  .plot = PLOT_COST,
                                  .words = words_of(&drawn),
                                  .script = costs_script(&drawn)};
        done = figure->id && figure->words && figure->script;
    }
    if (done)
        return figures;
    draw_free(figures, figures ? *count : 0);
    *count = 0;
    return NULL;
}

struct figure *plot_costs(const struct benchmarks *benchmarks, size_t *count, char *why,
                          size_t size)
{
    struct figure *figures = plot_costs_planned(benchmarks, count);
    if (!figures)
        snprintf(why, size, "no memory for the figures");
    if (figures && draw(figures, *count, why, size))
        return figures;
    draw_free(figures, figures ? *count : 0);
    *count = 0;
    return NULL;
}
