/* A summary as JSON: what a saved result holds for everything but its raw samples. */
#pragma once

#include "record/take.h"
#include "result/summary.h"

enum { SUMMARY_SCHEMA = 1 };

/* NULL where there is no memory. */
json_t *summary_json(const struct summary *summary);

/* Strictly read back: what is wrong is said to the taker, and NULL returned. */
struct summary *summary_of_json(const json_t *json, struct taker *taker);
