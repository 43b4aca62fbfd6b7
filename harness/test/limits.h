/* Members of JSON by their paths, and texts of a length, for the tests of how much readers take. */
#pragma once

#include "test/support.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The place of "verdict.words", or of "parked.0.file", within the line: the object that has it, and its name there. */
static inline json_t *place_of(json_t *line, const char *path, const char **name)
{
    char word[64];
    json_t *at = line;
    for (const char *dot; (dot = strchr(path, '.')); path = dot + 1) {
        snprintf(word, sizeof word, "%.*s", (int)(dot - path), path);
        at = json_is_array(at) ? json_array_get(at, (size_t)atoi(word)) : json_object_get(at, word);
        assert_non_null(at);
    }
    *name = path;
    return at;
}

static inline json_t *text_of(size_t length)
{
    char *text = malloc(length + 1);
    memset(text, 'a', length);
    text[length] = 0;
    json_t *json = json_string(text);
    free(text);
    return json;
}
