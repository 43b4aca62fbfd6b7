#include "page/unmeasured.h"
#include <math.h>

static struct measured half(const struct pair *pair, enum variant variant)
{
    static const struct estimate unknown = {.value = NAN, .low = NAN, .high = NAN};
    return (struct measured){
        .bytes_per_request = unknown,
        .bytes_per_task = unknown,
        .heap_per_request = unknown,
        .page_tables_per_request = unknown,
        .per_second = unknown,
        .expected = pair->expected[variant],
        .verdict = (char *)"",
        .path = (char *)source_path(pair, variant),
        .source = (char *)source_text(pair, variant),
    };
}

struct measured_pair unmeasured_pair(const struct pair *pair)
{
    return (struct measured_pair){
        .id = (char *)pair->id,
        .family = (char *)pair->family,
        .title = (char *)pair->title,
        .twin = (char *)"",
        .twin_version = (char *)"",
        .variants = {half(pair, VARIANT_LEAK), half(pair, VARIANT_FIX)},
    };
}
