/* google-benchmark's JSON, which is not quite JSON: NaN and Infinity are numbers in it. */
#pragma once

#include <jansson.h>

/* The text as JSON, with null for what is no finite number. NULL: *error says where and why; where that is
 * empty there is no memory. */
json_t *bench_json(const char *text, size_t length, json_error_t *error);
