/* Members of JSON objects that came from outside, taken strictly: of the right type and within
 * bounds, or not at all. The first one that is wrong is kept in words; after it every further one
 * returns nothing, so that a caller asks once, at the end. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct taker {
    char wrong[200]; /* "" while all was as it should be */
};

/* Says what is wrong, unless something was before. */
void take_refuse(struct taker *taker, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

bool take_failed(const struct taker *taker);

/* A whole number from least to most; least where it is wrong. */
int64_t take_whole(struct taker *taker, const json_t *object, const char *name, int64_t least,
                   int64_t most);

/* A count or a size, not negative. */
uint64_t take_count(struct taker *taker, const json_t *object, const char *name);

/* The same, or null or missing: -1. */
int64_t take_known(struct taker *taker, const json_t *object, const char *name);

/* A number, finite; null or missing: NAN. */
double take_number(struct taker *taker, const json_t *object, const char *name);

bool take_boolean(struct taker *taker, const json_t *object, const char *name);

/* Text of at most `longest` bytes, without NUL; "" where it is null, missing or wrong. Lives as
 * long as the object. */
const char *take_text(struct taker *taker, const json_t *object, const char *name, size_t longest);

/* The member of this type, borrowed; NULL where it is not one. */
const json_t *take_object(struct taker *taker, const json_t *object, const char *name);
const json_t *take_array(struct taker *taker, const json_t *object, const char *name,
                         size_t longest);
