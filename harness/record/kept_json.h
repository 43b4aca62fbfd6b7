/* What only leaked tasks reach (struct kept), in records and results. */
#pragma once

#include "probe/gauges.h"
#include "record/take.h"

/* null where it is not known. */
json_t *kept_json(const struct kept *kept);

/* Of what is null, or not there, it is not known. */
struct kept kept_of_json(struct taker *taker, const json_t *json);
