/* The claims of the article, and what saved results say of each. */
#pragma once

#include "page/claim_figures.h"
#include "page/edition.h"

struct claim {
    unsigned number; /* from 1 on, in order */
    enum claim_figure figure;
    const char *words, *samples, *command, *limits; /* claims.def */
};

extern const struct claim claims[];
extern const size_t claim_count;

/* The sample of this number (from 0 on) of a claim; false where there is none any more. */
enum { CLAIM_SAMPLE = 96 };
bool claim_sample(const struct claim *claim, size_t number, char sample[CLAIM_SAMPLE]);

/* claims.html and .md. The caller frees it; NULL: no memory. */
char *page_claims(const struct edition *edition);
char *markdown_claims(const struct edition *edition);
