#include "campaign/design.h"
#include "probe/growth.h"
#include "record/built.h"
#include <gsl/gsl_randist.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

size_t design_blocks(const struct design *design)
{
    return (size_t)design->invocations * design->build_count;
}

/* Of its own for each purpose and number, so that nothing depends on what was drawn before. */
static gsl_rng *random_of(const struct design *design, uint64_t purpose, uint64_t number)
{
    return growth_random(design->seed * 1000003 + purpose * 7919 + number * 104729 + 1);
}

void design_block(const struct design *design, size_t block, int *build, int *invocation)
{
    int order[CAMPAIGN_BUILDS] = {0};
    size_t round = block / design->build_count;
    for (size_t i = 0; i < design->build_count; i++)
        order[i] = (int)i;
    gsl_rng *random = random_of(design, 1, round);
    if (random)
        gsl_ran_shuffle(random, order, design->build_count, sizeof *order);
    gsl_rng_free(random);
    *build = order[block % design->build_count];
    *invocation = (int)block;
}

bool design_order(const struct design *design, size_t block, size_t *order)
{
    gsl_rng *random = random_of(design, 2, block);
    size_t *rows = calloc(design->row_count + 1, sizeof *rows), sides[CAMPAIGN_SIDES], at = 0;
    bool done = random && rows;
    for (size_t i = 0; done && i < design->row_count; i++)
        rows[i] = i;
    for (size_t i = 0; i < design->side_count; i++)
        sides[i] = i;
    if (done)
        gsl_ran_shuffle(random, rows, design->row_count, sizeof *rows);
    for (size_t i = 0; done && i < design->row_count; i++) {
        gsl_ran_shuffle(random, sides, design->side_count, sizeof *sides);
        for (size_t k = 0; k < design->side_count; k++)
            order[at++] = rows[i] * design->side_count + sides[k];
    }
    gsl_rng_free(random);
    free(rows);
    return done;
}

size_t design_padding(const struct design *design, size_t block, size_t place)
{
    enum { PAGE = 4096 };
    gsl_rng *random = random_of(design, 3, block * 10007 + place);
    size_t padding = random ? gsl_rng_uniform_int(random, PAGE) : 0;
    gsl_rng_free(random);
    return padding;
}

/* --- JSON --------------------------------------------------------------------------------------- */

/* Its size and when it was made tell whether it is another one today. Its folder is nobody's business. */
static json_t *program_json(const char *path)
{
    struct stat about;
    const char *slash = strrchr(path, '/');
    if (stat(path, &about) != 0)
        return NULL;
    return json_pack("{s:s, s:I, s:I}", "program", slash ? slash + 1 : path, "bytes",
                     (json_int_t)about.st_size, "changed",
                     (json_int_t)about.st_mtim.tv_sec * 1000000000 + about.st_mtim.tv_nsec);
}

static json_t *side_json(const struct campaign_side *side)
{
    json_t *builds = json_array();
    for (size_t i = 0; i < side->build_count; i++)
        builds = built_and(builds, program_json(side->builds[i]));
    return json_pack("{s:s, s:o}", "name", side->name, "builds", builds);
}

json_t *design_json(const struct design *design)
{
    json_t *sides = json_array(), *rows = json_array(), *words = json_array();
    for (size_t i = 0; i < design->side_count; i++)
        sides = built_and(sides, side_json(&design->sides[i]));
    for (size_t i = 0; i < design->row_count; i++)
        rows = built_and(rows, json_string(design->rows[i]));
    for (const char *const *word = design->words; word && *word; word++)
        words = built_and(words, json_string(*word));
    return json_pack("{s:o, s:o, s:o, s:i, s:i, s:f, s:i, s:I}", "sides", sides, "rows", rows,
                     "words", words, "invocations", design->invocations, "repetitions",
                     design->repetitions, "seconds", design->seconds, "core", design->core, "seed",
                     (json_int_t)design->seed);
}

const char *design_differs(const json_t *one, const json_t *other)
{
    static const struct {
        const char *member, *words;
    } members[] = {{"sides", "the programs are others, or were made anew"},
                   {"rows", "other benchmarks are chosen"},
                   {"words", "the words after -- are others"},
                   {"repetitions", "--repetitions is another"},
                   {"seconds", "--time is another"},
                   {"core", "--core is another"},
                   {"seed", "--seed is another"}};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (!json_equal(json_object_get(one, members[i].member),
                        json_object_get(other, members[i].member)))
            return members[i].words;
    return NULL;
}
