/* A summary, read back from JSON (summary_json.h). Nothing of it is trusted. */
#pragma once

#include "record/take.h"
#include "result/summary.h"

/* What is wrong is said to the taker, and NULL returned. */
struct summary *summary_of_json(const json_t *json, struct taker *taker);
