/* What was found, held against what the catalog says. */
#pragma once

#include "probe/finding.h"
#include "probe/line.h"

/* Adds what is not as catalogued; nothing where all is. */
void expected_compare(struct line *line, const struct outcome *outcome,
                      const struct finding *finding);

/* What one request of a variant leaves behind, in words: "1 task in chan receive". */
void expectation_text(const struct expectation *expected, char *text, size_t size);
