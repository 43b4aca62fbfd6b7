/* The lines of a record as JSON values; record_format.h says what is in them. Each gives a new reference,
 * or NULL where memory is short. */
#pragma once

#include "probe/verdict.h"
#include "record/record_format.h"
#include <jansson.h>

json_t *record_json_header(const struct record_header *header);
json_t *record_json_source(const struct outcome *outcome);
json_t *record_json_start(size_t number, const struct outcome *outcome);
json_t *record_json_sample(size_t number, const struct sample *sample);
json_t *record_json_latencies(size_t number, size_t first, const struct latency *latencies,
                              size_t length);
json_t *record_json_end(size_t number, const struct outcome *outcome,
                        const struct verdict *verdict);
json_t *record_json_close(int interrupted_by);

/* What a variant leaves behind of a request: {"parked":{..},"timers":..,"timers_held":..}. */
json_t *record_json_expectation(const struct expectation *expected);
json_t *record_json_settings(const struct settings *settings);
