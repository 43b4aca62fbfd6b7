#include "record/bench_families.h"
#include "record/bench_entry.h"
#include "record/bench_name.h"
#include <stdlib.h>
#include <string.h>

/* Its number, and a new one where there was none; takes both texts. The array has room for it. */
static size_t family_of(struct benchmarks *b, const struct bench_split *split)
{
    for (size_t i = 0; i < b->family_count; i++)
        if (strcmp(b->families[i].name, split->family) == 0) {
            free(split->family);
            free(split->stem);
            return i;
        }
    b->families[b->family_count] =
        (struct bench_family){.name = split->family, .stem = split->stem};
    return b->family_count++;
}

void bench_families_find(struct benchmarks *b, struct taker *taker)
{
    struct bench_split split;
    for (size_t i = 0; i < b->count && !take_failed(taker); i++)
        if (bench_name_split(b->all[i].name, &split)) {
            b->all[i].n = split.n;
            b->all[i].family = family_of(b, &split);
        } else
            take_refuse(taker, "no memory for it");
}

void bench_families_claim(struct benchmarks *b, const json_t *entry, struct taker *taker)
{
    const char *run_name = bench_entry_name(entry, taker);
    struct bench_how how = bench_entry_how(entry);
    char *stem = bench_name_told(run_name, &how);
    if (!stem)
        take_refuse(taker, "no memory for it");
    for (size_t i = 0; stem && i < b->family_count; i++)
        if (strcmp(b->families[i].stem, stem) == 0 || strcmp(b->families[i].stem, run_name) == 0)
            bench_entry_fit(&b->families[i], entry, taker);
    free(stem);
}

bool bench_families_point(const struct benchmark *one)
{
    static const double n_most = 1e18;
    return one->n > 0 && one->n <= n_most && one->unit == UNIT_TIME && one->cost.median > 0 &&
           !(one->cost.least <= 0);
}

void bench_families_fit(struct benchmarks *b, struct taker *taker)
{
    double *n = calloc(2 * b->count + 1, sizeof *n);
    if (!n)
        take_refuse(taker, "no memory for it");
    for (size_t family = 0; n && family < b->family_count; family++) {
        double *costs = n + b->count;
        size_t points = 0;
        for (size_t i = 0; i < b->count; i++)
            if (b->all[i].family == family && bench_families_point(&b->all[i])) {
                n[points] = b->all[i].n;
                costs[points++] = b->all[i].cost.median;
            }
        struct bench_family *of = &b->families[family];
        of->fit = bench_fit_of(n, costs, points, of->claimed);
    }
    free(n);
}
