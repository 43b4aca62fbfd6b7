/* The table at the end of a run: a line a case. */
#pragma once

#include "probe/verdict.h"
#include "report/terminal.h"

/* Numbers first, then the verdict in words: on the same line where the width allows, else on one of
 * its own beneath. verdicts[i] is of cases[i]. */
void table_print(const struct terminal *t, const struct outcome *cases,
                 const struct verdict *verdicts, size_t length);
