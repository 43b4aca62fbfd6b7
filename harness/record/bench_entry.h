/* One entry of a report: a run of a benchmark, or an aggregate of its runs. */
#pragma once

#include "record/bench_fit.h"
#include "record/bench_name.h"
#include "record/benchmark.h"
#include "record/take.h"

/* "micro/timer/fire/1000/real_time": the whole name. "": it has none. An older google-benchmark gives a run but
 * the one name. */
const char *bench_entry_name(const json_t *entry, struct taker *taker);
bool bench_entry_is_aggregate(const json_t *entry);
/* What a run says of how it ran; an aggregate counts itself as iterations, which is not taken. */
struct bench_how bench_entry_how(const json_t *entry);

/* Each takes what is in the entry. What is wrong is said to the taker; a run without a finite time is kept
 * as a failure. */
void bench_entry_run(struct benchmark *to, const json_t *entry, struct taker *taker);
void bench_entry_aggregate(struct benchmark *to, const json_t *entry, struct taker *taker);

/* Whether it is a fit over a family ("BigO") or its error ("RMS"), and no aggregate of runs. */
bool bench_entry_is_fit(const json_t *entry);
/* Of the fit only which order it claims is taken. */
void bench_entry_fit(struct bench_family *to, const json_t *entry, struct taker *taker);
