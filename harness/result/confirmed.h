/* By whom a result was confirmed: by the other results beside it that have measured it again (confirmation.h). */
#pragma once

#include "result/summary.h"

/* Results, newest first, of which some have a confirmation. */
struct confirmers {
    struct summary **all;
    size_t count;
};

/* Those in this folder that have one; what can not be read is left out (`leaklab verify` finds it). confirmers_free()
 * in either case. False: *why. */
bool confirmers_load(struct confirmers *others, const char *results, char *why, size_t size);
void confirmers_free(struct confirmers *others);

/* One of them, of what it has measured again. */
struct confirmed_by {
    const struct summary *by;
    struct confirm_counts counts;
};

/* Those that measured this result again, in an array that the caller frees, *count of them; pair: those that measured
 * this one of its pairs, and what they say of that alone; NULL: any. NULL: no memory. */
struct confirmed_by *confirmed_by(const struct confirmers *others, const char *name,
                                  const char *pair, size_t *count);

/* "confirmed 2 times", "confirmed by 2 of 3 that measured it again"; "not confirmed yet" of none. Returns text. */
enum { CONFIRMED_WORDS_SIZE = 96 };
const char *confirmed_words(char text[CONFIRMED_WORDS_SIZE], const struct confirmed_by *by,
                            size_t count);

/* The same as one sentence that names them: "Confirmed by 20260201-amd (4 of 4 figures met, on AMD EPYC, 2 cores,
 * Linux 6.18)."; "" of none. The caller frees it; NULL: no memory. */
char *confirmed_sentence(const struct confirmers *others, const char *name, const char *pair);
