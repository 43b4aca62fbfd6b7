#include "record/take.h"
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void take_refuse(struct taker *taker, const char *format, ...)
{
    if (taker->wrong[0])
        return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(taker->wrong, sizeof taker->wrong, format, arguments);
    va_end(arguments);
}

bool take_failed(const struct taker *taker)
{
    return taker->wrong[0] != 0;
}

static const json_t *member(const struct taker *taker, const json_t *object, const char *name)
{
    return take_failed(taker) ? NULL : json_object_get(object, name);
}

int64_t take_whole(struct taker *taker, const json_t *object, const char *name, int64_t least,
                   int64_t most)
{
    const json_t *value = member(taker, object, name);
    if (json_is_integer(value) && json_integer_value(value) >= least &&
        json_integer_value(value) <= most)
        return json_integer_value(value);
    take_refuse(taker, "\"%s\" is no whole number from %lld to %lld", name, (long long)least,
                (long long)most);
    return least;
}

uint64_t take_count(struct taker *taker, const json_t *object, const char *name)
{
    return (uint64_t)take_whole(taker, object, name, 0, INT64_MAX);
}

int64_t take_known(struct taker *taker, const json_t *object, const char *name)
{
    const json_t *value = member(taker, object, name);
    if (!value || json_is_null(value))
        return -1;
    return take_whole(taker, object, name, 0, INT64_MAX);
}

double take_number(struct taker *taker, const json_t *object, const char *name)
{
    const json_t *value = member(taker, object, name);
    if (!value || json_is_null(value))
        return NAN;
    if (!json_is_number(value) || !isfinite(json_number_value(value))) {
        take_refuse(taker, "\"%s\" is no number", name);
        return NAN;
    }
    return json_number_value(value);
}

bool take_boolean(struct taker *taker, const json_t *object, const char *name)
{
    const json_t *value = member(taker, object, name);
    if (!json_is_boolean(value))
        take_refuse(taker, "\"%s\" is neither true nor false", name);
    return json_is_true(value);
}

const char *take_text(struct taker *taker, const json_t *object, const char *name, size_t longest)
{
    const json_t *value = member(taker, object, name);
    if (!value || json_is_null(value))
        return "";
    if (!json_is_string(value)) {
        take_refuse(taker, "\"%s\" is no text", name);
        return "";
    }
    size_t length = json_string_length(value);
    if (length > longest || strlen(json_string_value(value)) != length) {
        take_refuse(taker, "\"%s\" is no text of at most %zu bytes", name, longest);
        return "";
    }
    return json_string_value(value);
}

const json_t *take_object(struct taker *taker, const json_t *object, const char *name)
{
    const json_t *value = member(taker, object, name);
    if (!json_is_object(value))
        take_refuse(taker, "\"%s\" is no object", name);
    return json_is_object(value) ? value : NULL;
}

const json_t *take_array(struct taker *taker, const json_t *object, const char *name,
                         size_t longest)
{
    const json_t *value = member(taker, object, name);
    if (!json_is_array(value))
        take_refuse(taker, "\"%s\" is no array", name);
    else if (json_array_size(value) > longest)
        take_refuse(taker, "\"%s\" has more than %zu elements", name, longest);
    else
        return value;
    return NULL;
}
