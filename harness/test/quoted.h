/* JSON in the tests' text, with ' for ". */
#pragma once

#include "test/support.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* The caller frees it. */
static inline char *quoted(const char *text)
{
    char *with = strdup(text);
    for (char *at = with; (at = strchr(at, '\''));)
        *at = '"';
    return with;
}

/* Takes no reference. */
static inline void expect_json(const json_t *json, const char *text)
{
    char *wanted = quoted(text), *is = json_dumps(json, JSON_COMPACT);
    assert_string_equal(is, wanted);
    free(wanted);
    free(is);
}
