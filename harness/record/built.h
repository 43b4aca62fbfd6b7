/* JSON that is built piece by piece: as soon as there is no memory for one piece there is no whole, and
 * nothing is missing from it without a word. */
#pragma once

#include <jansson.h>

/* The object with the member, the array with the element. Each takes both; NULL where either is NULL, or there
 * is no memory. */
json_t *built_with(json_t *object, const char *name, json_t *value);
json_t *built_and(json_t *array, json_t *value);

/* A number; null where it is none, or not known. */
json_t *built_number(double value);

/* As text, by json_dumps()'s flags (not JSON_SORT_KEYS); json_dumps() itself may leave out names where memory is
 * short. The caller frees it; NULL: no memory, or no json. */
char *built_text(const json_t *json, size_t flags);
