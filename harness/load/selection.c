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
        .settle = 10 * MINUTE,
        .seed = 1,
        .stack_bytes = task_stack_size(),
    };
}

struct outcome *selection_cases(const struct selection *selection, size_t *length)
{
    bool all = selection->pair_count == 0;
    size_t pairs = all ? catalog_length : selection->pair_count;
    struct outcome *cases = calloc(pairs * VARIANTS, sizeof *cases);
    *length = 0;
    for (size_t i = 0; cases && i < pairs; i++)
        for (enum variant v = 0; v < VARIANTS; v++)
            if (selection->variants[v])
                cases[(*length)++] =
                    outcome_of(all ? &catalog[i] : selection->pairs[i], v, &selection->settings);
    return cases;
}
