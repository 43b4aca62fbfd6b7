/* Citations: the number, its interval, machine, commit, command, and where it stands. */
#pragma once

#include "result/confirmed.h"
#include "result/origin.h"
#include "result/summary.h"

enum cite_format { CITE_TEXT, CITE_MARKDOWN, CITE_BIBTEX, CITE_FORMATS };

/* "text", "markdown" or "bibtex". */
const char *cite_format_name(enum cite_format format);

/* Of a pair in a saved result, with a newline at its end. The caller frees it; NULL where there is
 * no memory. */
char *cite(const struct summary *summary, const struct measured_pair *pair,
           enum cite_format format);

/* The same with an address, where the origin (origin.h) is not "". */
char *cite_at(const struct summary *summary, const struct measured_pair *pair,
              enum cite_format format, const char *origin);

/* The line that follows it: "Confirmed by 20260201-amd (4 of 4 figures met, on AMD EPYC, ..).". "" in BibTeX,
 * which takes an @ between entries for one, and where nobody has measured it again. The caller frees it; NULL: no memory. */
char *cite_confirmed(const struct summary *summary, const struct measured_pair *pair,
                     enum cite_format format, const struct confirmers *others);

/* Where a pair stands for as long as the result does: "results/NAME/README.md#ID". */
enum { CITE_LINK = 256 };
const char *cite_link(char link[CITE_LINK], const struct summary *summary,
                      const struct measured_pair *pair);

/* The same at an origin. */
const char *cite_address(char link[ORIGIN_LINK], const struct summary *summary,
                         const struct measured_pair *pair, const char *origin);
