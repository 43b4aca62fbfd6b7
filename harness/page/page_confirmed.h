/* How often a result was confirmed, and where; and what a result has confirmed. */
#pragma once

#include "result/confirmed.h"
#include <stdio.h>

/* In words with a link to each that measured it again: "confirmed 1 time: 20260201-amd (4 of 4 figures met, on AMD
 * EPYC, ..)". where: what stands before the folders of results. pair: of this one alone, or NULL. */
void html_confirmed(FILE *out, const struct confirmers *others, const char *name, const char *pair,
                    const char *where);
void markdown_confirmed(FILE *out, const struct confirmers *others, const char *name,
                        const char *pair, const char *where);

/* ", measures 20260131-xeon again: 4 of 4 figures met"; nothing of a result that measures none again. */
void html_confirms(FILE *out, const struct summary *summary, const char *where);
void markdown_confirms(FILE *out, const struct summary *summary, const char *where);

/* For the README of a result: both, as a section; with every figure of the other one, where it confirms one. */
void markdown_confirmation(FILE *out, const struct confirmers *others,
                           const struct summary *summary);
