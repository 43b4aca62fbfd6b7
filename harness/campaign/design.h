/* What a campaign measures, and in which order: all of it follows from the design and its seed, so that an
 * interrupted one goes on where it was. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CAMPAIGN_SIDES = 8, CAMPAIGN_BUILDS = 64, CAMPAIGN_NAME = 32 };

/* Programs of google-benchmark that are the same but for the order in which they were linked. */
struct campaign_side {
    char name[CAMPAIGN_NAME];
    size_t build_count;
    const char *builds[CAMPAIGN_BUILDS]; /* paths */
};

struct design {
    struct campaign_side sides[CAMPAIGN_SIDES];
    size_t side_count, build_count; /* builds: of each side, the same for all */
    char **rows;                    /* names of benchmarks */
    size_t row_count;
    int invocations, repetitions; /* processes of each build; in each, 0: as the pilot says */
    double seconds;               /* that a repetition takes at least */
    int core;                     /* that all are pinned to */
    uint64_t seed;
    const char *const *words; /* for the programs besides; ends with NULL */
};

/* A block has one process of each row and side, all of builds of one number. */
size_t design_blocks(const struct design *design);

/* What block number `block` is of: first all builds once, in an order drawn anew each time. */
void design_block(const struct design *design, size_t block, int *build, int *invocation);

/* The processes of a block in their order: rows drawn at random, and for each row its sides at once, in
 * random order too. `order` has room for row_count x side_count; each is row x side_count + side. False: no
 * memory. */
bool design_order(const struct design *design, size_t block, size_t *order);

/* How many bytes the environment is longer, for each process another number. */
size_t design_padding(const struct design *design, size_t block, size_t place);

/* As its journal keeps it. NULL: no memory, or a program that is not there. */
json_t *design_json(const struct design *design);

/* What differs between two, so that the one is no continuation of the other, in words; NULL: nothing. How
 * many invocations there are may differ. */
const char *design_differs(const json_t *one, const json_t *other);
