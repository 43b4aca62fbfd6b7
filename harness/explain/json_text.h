/* Strangers' text as JSON. */
#pragma once

#include <jansson.h>

/* What is no UTF-8 is replaced. A new value; null for "". */
json_t *json_text(const char *words);
