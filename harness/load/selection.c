#include "load/selection.h"
#include "task/task.h"
#include "task/time.h"
#include <stdlib.h>

struct settings settings_default(void)
{
    return (struct settings){
        .arrivals = ARRIVALS_CONSTANT,
        .rate = 1000,
        .baseline = 300 * MILLISECOND,
        .patience = 50 * MILLISECOND,
        .seed = 1,
        .stack_bytes = task_stack_size(),
    };
}

/* Load takes ten seconds at most, so that nothing which a sample holds for longer goes within. */
struct settings settings_to_check(struct settings settings)
{
    enum { REQUESTS = 100, WARM_UP_LEAST = 40 };
    if (settings.requests == 0)
        settings.requests = REQUESTS;
    settings.virtual_clock = 1;
    settings.baseline = 0;
    settings.warm_up = settings.requests > WARM_UP_LEAST ? settings.requests : WARM_UP_LEAST;
    if (settings.rate < (double)settings.requests / 10)
        settings.rate = (double)settings.requests / 10;
    return settings;
}

static void add_case(struct outcome *cases, size_t *length, struct outcome outcome,
                     const struct twin *twin, unsigned repetition)
{
    outcome.twin = twin;
    outcome.repetition = repetition;
    cases[(*length)++] = outcome;
}

static void add_pair(struct outcome *cases, size_t *length, const struct selection *selection,
                     const struct pair *pair, const struct settings *settings, unsigned repetition)
{
    for (enum variant v = 0; v < VARIANTS; v++) {
        if (pair->is_control ? v != VARIANT_FIX : !selection->variants[v])
            continue;
        struct outcome outcome = outcome_of(pair, v, settings);
        add_case(cases, length, outcome, NULL, repetition);
        if (selection->recover && !pair_is_plain(pair) && (v == VARIANT_LEAK || pair->is_control)) {
            struct outcome recovered = outcome;
            recovered.settings.recover = selection->recover;
            add_case(cases, length, recovered, NULL, repetition);
        }
        if (selection->hibernate && (v == VARIANT_LEAK || pair->is_control)) {
            struct outcome hibernated = outcome;
            hibernated.settings.hibernate = selection->hibernate;
            add_case(cases, length, hibernated, NULL, repetition);
        }
        if (selection->twin && twin_has(selection->twin, pair->id))
            add_case(cases, length, outcome, selection->twin, repetition);
    }
}

struct outcome *selection_cases(const struct selection *selection, size_t *length)
{
    bool all = selection->pair_count == 0;
    const struct pair *from = selection->controls ? controls : catalog;
    size_t length_of_all = selection->controls ? controls_length : catalog_length;
    size_t pairs = all ? length_of_all : selection->pair_count;
    size_t points = selection->points ? selection->point_count : 1;
    unsigned repeat = selection->repeat ? selection->repeat : 1;
    size_t programs =
        1 + (selection->twin != NULL) + (selection->recover != 0) + (selection->hibernate != 0);
    struct outcome *cases = calloc(pairs * VARIANTS * programs * points * repeat, sizeof *cases);
    *length = 0;
    for (unsigned r = 0; cases && r < repeat; r++)
        for (size_t i = 0; i < pairs; i++)
            for (size_t p = 0; p < points; p++)
                add_pair(cases, length, selection, all ? &from[i] : selection->pairs[i],
                         selection->points ? &selection->points[p] : &selection->settings, r);
    return cases;
}
