/* What the tests of verdicts share: pairs of a test's own, each run in a process of its own, and judged. The test
 * program is its own child, as leaklab is: its main() begins with JUDGING_BEGIN(). */
#pragma once

#include "test/support.h"

#include "load/child.h"
#include "load/lab.h"
#include "load/selection.h"
#include "probe/verdict.h"
#include <string.h>

enum { REQUESTS = 20 };

#define LEAVES(...)  .expected = {[VARIANT_LEAK] = {__VA_ARGS__}}
#define ONE_RECEIVER LEAVES(.parked = {[WAIT_CHAN_RECEIVE] = 1})

static const struct pair *judging_pairs;
static size_t judging_count;

static inline const struct pair *pair_called(const char *id)
{
    for (size_t i = 0; i < judging_count; i++)
        if (!strcmp(judging_pairs[i].id, id))
            return &judging_pairs[i];
    return NULL;
}

static inline void judging_begin(int argc, char **argv, const struct pair *pairs, size_t count)
{
    judging_pairs = pairs;
    judging_count = count;
    if (argc == 4 && !strcmp(argv[1], "case"))
        child_run(pair_called(argv[2]), strcmp(argv[3], "leak") ? VARIANT_FIX : VARIANT_LEAK);
}

#define JUDGING_BEGIN(argc, argv) judging_begin(argc, argv, pairs, sizeof pairs / sizeof *pairs)

static inline struct settings checked(void)
{
    struct settings settings = settings_default();
    settings.virtual_clock = 1;
    settings.baseline = 0;
    settings.requests = settings.warm_up = REQUESTS;
    return settings;
}

/* The outcome is freed by the caller. */
static inline struct outcome run_with(const char *id, enum variant variant,
                                      const struct settings *settings, int64_t time_limit)
{
    struct outcome outcome = outcome_of(pair_called(id), variant, settings);
    struct lab_plan plan = {.cases = &outcome, .length = 1, .at_once = 1, .time_limit = time_limit};
    assert_non_null(outcome.pair);
    assert_int_equal(lab_run(&plan), 0);
    return outcome;
}

static inline struct outcome run_one(const char *id, enum variant variant)
{
    struct settings settings = checked();
    return run_with(id, variant, &settings, 0);
}

static inline struct verdict judged(const char *id, enum variant variant)
{
    struct verdict verdict;
    struct outcome outcome = run_one(id, variant);
    verdict_of(&outcome, JUDGE_EXACTLY, &verdict);
    outcome_free(&outcome);
    return verdict;
}

/* words and wrong may say only how each begins; what a leaked task holds comes behind. */
static inline void expect(const char *id, enum variant variant, const char *words,
                          const char *wrong)
{
    struct verdict verdict = judged(id, variant);
    if (strncmp(verdict.words, words, strlen(words)) != 0)
        fail_msg("%s %s: \"%s\" instead of \"%s\"", id, variant_name(variant), verdict.words,
                 words);
    if (strncmp(verdict.wrong, wrong, strlen(wrong)) != 0 || !*verdict.wrong != !*wrong)
        fail_msg("%s %s: \"%s\" instead of \"%s\"", id, variant_name(variant), verdict.wrong,
                 wrong);
    assert_int_equal(verdict.as_catalogued, !*wrong);
}
