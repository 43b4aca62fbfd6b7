#include "command/sweep.h"
#include "command/quantity.h"
#include "task/task.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool set_stack(struct settings *settings, const char *text)
{
    return quantity_size(text, &settings->stack_bytes) &&
           task_set_stack_size(settings->stack_bytes) == 0;
}

static bool set_rate(struct settings *settings, const char *text)
{
    return quantity_rate(text, &settings->rate);
}

static bool set_requests(struct settings *settings, const char *text)
{
    return quantity_count(text, &settings->requests);
}

static bool set_samples(struct settings *settings, const char *text)
{
    return quantity_samples(text, &settings->looks_per_second);
}

static const struct dimension {
    const char *name;
    bool (*set)(struct settings *settings, const char *text);
    const char *must;
} dimensions[] = {
    {"stack", set_stack, "must be like 16K, 64K or 1M, from 16K to 1G"},
    {"rate", set_rate, QUANTITY_RATE},
    {"requests", set_requests, QUANTITY_COUNT},
    {"samples", set_samples, QUANTITY_SAMPLES},
};

static const struct dimension *dimension_of(const char *option)
{
    size_t length = strcspn(option, "=");
    for (size_t i = 0; i < sizeof dimensions / sizeof *dimensions; i++)
        if (strlen(dimensions[i].name) == length &&
            strncmp(dimensions[i].name, option, length) == 0 && option[length])
            return &dimensions[i];
    return NULL;
}

/* Each point so far once more with this value, behind the others. */
static bool add_value(struct sweep *to, const struct sweep *from, const struct dimension *dimension,
                      const char *value, char *why, size_t size)
{
    if (to->count + from->count > SWEEP_POINTS) {
        snprintf(why, size, "more than %d sets of settings", SWEEP_POINTS);
        return false;
    }
    struct settings *more = realloc(to->points, (to->count + from->count) * sizeof *more);
    if (!more) {
        snprintf(why, size, "no memory for so many sets of settings");
        return false;
    }
    to->points = more;
    for (size_t i = 0; i < from->count; i++) {
        more[to->count] = from->points[i];
        if (!dimension->set(&more[to->count++], value)) {
            snprintf(why, size, "'%.64s': %s", value, dimension->must);
            return false;
        }
    }
    return true;
}

bool sweep_add(struct sweep *sweep, const char *option, char *why, size_t size)
{
    const struct dimension *dimension = dimension_of(option);
    char values[1024];
    struct sweep product = {NULL, 0};
    if (!dimension || strlen(option) >= sizeof values) {
        snprintf(why, size, "must be NAME=VALUE,VALUE... with stack, rate, requests or samples");
        return false;
    }
    snprintf(values, sizeof values, "%s", strchr(option, '=') + 1);
    bool done = true;
    for (char *value = values, *end; done && value; value = end) {
        end = strchr(value, ',');
        if (end)
            *end++ = 0;
        done = add_value(&product, sweep, dimension, value, why, size);
    }
    if (!done) {
        free(product.points);
        return false;
    }
    free(sweep->points);
    *sweep = product;
    return true;
}
