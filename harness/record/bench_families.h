/* The families of a report: benchmarks that differ by N alone, and how their cost goes with it. */
#pragma once

#include "record/benchmark.h"
#include "record/take.h"

/* Each benchmark's family and N, by its name; families has room for as many as there are benchmarks. */
void bench_families_find(struct benchmarks *benchmarks, struct taker *taker);

/* The order that a fit of the report claims, to the families it is of; after they are found. */
void bench_families_claim(struct benchmarks *benchmarks, const json_t *entry, struct taker *taker);

/* Each family's own fit, by the medians of its points; after the costs are known. */
void bench_families_fit(struct benchmarks *benchmarks, struct taker *taker);

/* Whether it says what an operation costs at some N: a point of its family's fit, and of its figure. */
bool bench_families_point(const struct benchmark *benchmark);
