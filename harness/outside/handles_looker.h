/* What one look at the census of another process shares among its parts. Private to outside/. */
#pragma once

#include "census/layout.h"
#include "outside/target.h"
#include "outside/things.h"
#include <string.h>

enum { HANDLES_AT_ONCE = 64, HANDLES_RECORD_MOST = 512 };

struct looker {
    struct handles_seen *seen;
    const struct target *target;
    struct memory *memory;
    struct census_layout layout;
    struct census_part parts[THING_KINDS], stacks;
    uint64_t stacks_at, stacks_length;
    char records[HANDLES_AT_ONCE * HANDLES_RECORD_MOST];
    char objects[HANDLES_AT_ONCE][HANDLES_RECORD_MOST]; /* what records are of */
};

static inline uint64_t looker_number(const struct census_part *part, enum census_field_name name,
                                     const char *record)
{
    uint64_t value = 0;
    memcpy(&value, record + part->field[name].at, part->field[name].size);
    return value;
}

/* What a record of any kind says. */
static inline struct things looker_thing(const struct census_part *part, enum thing_kind kind,
                                         const char *record)
{
    return (struct things){
        .kind = (uint8_t)kind,
        .stack = (uint32_t)looker_number(part, CENSUS_FIELD_MADE, record),
        .mark = (uint32_t)looker_number(part, CENSUS_FIELD_MARK, record),
        .oldest = (int64_t)looker_number(part, CENSUS_FIELD_SINCE, record),
    };
}

/* One more. False: no memory. */
bool looker_count(struct looker *l, const struct things *one);

/* False, with why: it has none that can be read. */
bool looker_read_layout(struct looker *l, char why[HANDLES_WHY]);
