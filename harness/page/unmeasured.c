#include "page/unmeasured.h"
#include "result/summary_fields.h"
#include <math.h>
#include <string.h>

static struct measured half(const struct pair *pair, enum variant variant)
{
    static const struct estimate unknown = {.value = NAN, .low = NAN, .high = NAN};
    struct measured measured = {
        .expected = pair->expected[variant],
        .verdict = (char *)"",
        .path = (char *)source_path(pair, variant),
        .source = (char *)source_text(pair, variant),
    };
    for (size_t i = 0; i < estimate_field_count; i++)
        memcpy((char *)&measured + estimate_fields[i].offset, &unknown, sizeof unknown);
    return measured;
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
