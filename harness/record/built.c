#include "record/built.h"
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

static json_t *whole(json_t *json, bool done)
{
    if (done)
        return json;
    json_decref(json);
    return NULL;
}

/* jansson lets go of the value in either case. */
json_t *built_with(json_t *object, const char *name, json_t *value)
{
    return whole(object, json_object_set_new(object, name, value) == 0);
}

json_t *built_and(json_t *array, json_t *value)
{
    return whole(array, json_array_append_new(array, value) == 0);
}

/* Into a buffer of the right size, nothing has to grow. */
char *built_text(const json_t *json, size_t flags)
{
    size_t length = json ? json_dumpb(json, NULL, 0, flags) : 0;
    char *text = length ? malloc(length + 1) : NULL;
    if (text && json_dumpb(json, text, length, flags) == length) {
        text[length] = 0;
        return text;
    }
    free(text);
    return NULL;
}

json_t *built_number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}
